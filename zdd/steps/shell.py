"""How scripts for a host are written: POSIX `sh` that stops at the first error, every value quoted."""

import shlex

from zdd.transport.home import HOME

quote = shlex.quote

HEAD = """set -eu
export LC_ALL=C
no() { code=$1; shift; printf '%s\\n' "$*" >&2; exit "$code"; }
flush() { sync -f "$1" 2>/dev/null || sync; }
digest() { sha256sum < "$1" | cut -c1-64; }
"""

MISSING = 66  # what the script needs is not there
REFUSED = 65  # what it found is not what it may work on
SAME = "unchanged"  # printed by a script that had nothing to do


def script(body: str, *, home: bool = False) -> str:
    return f"{HEAD}{HOME if home else ''}{body.strip()}\n"
