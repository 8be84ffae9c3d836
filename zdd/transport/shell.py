"""A command as the one line that sshd hands to the login's shell, and what comes back of it.

Files that a login shell reads may print; so the command's own shell says a word of its own first, on both streams, and
what came before is dropped.
"""

import shlex

from zdd.transport import Command

SUDO_REFUSED = 76
GRACE = 3


def framed(command: Command, nonce: str) -> str:
    """Bounded on the host as well, where `timeout` exists: closing a channel ends nothing there."""
    script = f"printf '%s\\n' {nonce}; printf '%s\\n' {nonce} >&2\nexport LC_ALL=C\n{command.script}"
    limit = max(1, int(command.timeout))
    bounded = (
        f"if command -v timeout >/dev/null 2>&1; then exec timeout -k {GRACE} {limit} /bin/sh -c {shlex.quote(script)};"
        f" else exec /bin/sh -c {shlex.quote(script)}; fi"
    )
    if not command.become:
        return f"exec /bin/sh -c {shlex.quote(bounded)}"
    user = shlex.quote(command.become)
    become = (
        f'if [ "$(id -un)" = {user} ]; then {bounded}; fi\n'
        f"sudo -n -u {user} true || exit {SUDO_REFUSED}\n"
        f"exec sudo -n -u {user} -- /bin/sh -c {shlex.quote(bounded)}"
    )
    return f"exec /bin/sh -c {shlex.quote(become)}"


def unframed(data: bytes, nonce: str) -> str | None:
    """What came after the word; None where it never came."""
    _, mark, rest = data.partition(nonce.encode() + b"\n")
    return rest.decode(errors="replace") if mark else None
