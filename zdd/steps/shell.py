"""How scripts for a host are written: POSIX `sh` that stops at the first error, every value quoted."""

import shlex

quote = shlex.quote

HEAD = """set -eu
export LC_ALL=C
no() { code=$1; shift; printf '%s\\n' "$*" >&2; exit "$code"; }
flush() { sync -f "$1" 2>/dev/null || sync; }
digest() { sha256sum < "$1" | cut -c1-64; }
"""

# The login may not make it everywhere, and then `sudo -n` may: for this user, so that everything after needs no sudo.
HOME = """home() {
  [ -d "$1/$2" ] && return 0
  (umask 007; mkdir -p "$1/$2") 2>/dev/null && return 0
  sudo -n sh -c 'umask 022; mkdir -p "${1%/*}"; umask 007; mkdir -p "$1/$2"; chown "$3" "$1" "$1/$2"' - \\
    "$1" "$2" "$(id -u):$(id -g)" || no 71 "$1/$2 cannot be made: zdd host prepare, become or zdd_state helps"
}
"""

MISSING = 66  # what the script needs is not there
REFUSED = 65  # what it found is not what it may work on
SAME = "unchanged"  # printed by a script that had nothing to do


def script(body: str, *, home: bool = False) -> str:
    return f"{HEAD}{HOME if home else ''}{body.strip()}\n"
