"""Programs beside the Python that runs the benchmarks."""

import sys
from pathlib import Path


def program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))
