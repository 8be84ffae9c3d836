"""The log in to a machine."""

import subprocess
import sys

LOGS = "import logging, zdd.transport.login; logging.getLogger('paramiko.transport').error('Socket exception')"


def test_the_library_does_not_write_on_the_screen() -> None:
    said = subprocess.run([sys.executable, "-c", LOGS], capture_output=True, text=True, check=True)
    assert said.stdout + said.stderr == ""
