"""What the shop does in the background. Each job says when it begins and when it has ended."""

import json
import os
import time
from pathlib import Path

VERSION = (Path(__file__).parent / "VERSION").read_text().strip()


def work(id: str, seconds: float, rows: str) -> None:
    """Take so long; a row in the file `rows` at the start and one at the end."""
    note(rows, "start", id)
    time.sleep(seconds)
    note(rows, "end", id)


def note(rows: str, what: str, id: str) -> None:
    """In one write, so that rows of several workers never mix."""
    row = {"what": what, "id": id, "at": time.time(), "host": os.environ.get("SHOP_HOST", ""), "version": VERSION}
    file = os.open(rows, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(file, json.dumps(row).encode() + b"\n")
    finally:
        os.close(file)
