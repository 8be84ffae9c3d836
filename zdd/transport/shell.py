"""A command as a text for the shell of a login, and what comes back of it.

Files that a login shell reads may print; so the command's own shell says a word of its own first, on both streams, and
what came before is dropped.
"""

import shlex

from zdd.transport import Command

SUDO_REFUSED = 76
PLAIN = "export LC_ALL=C\n"  # what sudo says is read
GRACE = 3

# For a script that calls sudo itself. `-k`: it asks whatever it remembers, so that the line goes to nobody else.
ASKING = """IFS= read -r zdd
zdd_sudo=asked_sudo
asked_sudo() { { printf '%s\\n' "$zdd"; exec cat; } | sudo -k -S -p '' "$@"; }
"""


def framed(command: Command, nonce: str, *, password: bool = False) -> str:
    """For `sh`. Bounded on the host as well, where `timeout` exists: closing a channel ends nothing there.

    `password`: the first line of its input is the one for sudo.
    """
    ahead = ASKING if password and not command.become else ""
    script = f"printf '%s\\n' {nonce}; printf '%s\\n' {nonce} >&2\nexport LC_ALL=C\n{ahead}{command.script}"
    if not command.become:
        return _bounded(command, script)
    user = shlex.quote(command.become)
    sudo = _with_password(command, script, nonce) if password else _without(command, script)
    mine = f'if [ "$(id -un)" = {user} ]; then {"IFS= read -r zdd; " * password}{_bounded(command, script)}; fi\n'
    return PLAIN + mine + sudo


def at_login(text: str) -> str:
    """The line that sshd hands to the login's shell, which need not be one of these."""
    return f"exec /bin/sh -c {shlex.quote(text)}"


def _bounded(command: Command, script: str) -> str:
    limit, quoted = max(1, int(command.timeout)), shlex.quote(script)
    return (
        f"if command -v timeout >/dev/null 2>&1; then exec timeout -k {GRACE} {limit} /bin/sh -c {quoted};"
        f" else exec /bin/sh -c {quoted}; fi"
    )


def _without(command: Command, script: str) -> str:
    user, bounded = shlex.quote(command.become), shlex.quote(_bounded(command, script))
    return f"sudo -n -u {user} true || exit {SUDO_REFUSED}\nexec sudo -n -u {user} -- /bin/sh -c {bounded}"


def _with_password(command: Command, script: str, nonce: str) -> str:
    """sudo reads one line, if it asks at all; where it does not, the line must not become the command's input."""
    skip = f'IFS= read -r zdd; [ "$zdd" = {nonce} ] || IFS= read -r zdd; unset zdd\n'
    user, bounded = shlex.quote(command.become), shlex.quote(skip + _bounded(command, script))
    return (
        "IFS= read -r zdd\n"
        f"{{ printf '%s\\n%s\\n' \"$zdd\" {nonce}; exec cat; }} | sudo -S -p '' -u {user} -- /bin/sh -c {bounded}"
    )


def asks(user: str) -> Command:
    """Prints whether sudo lets this login be `user` without a password (`free`) or with the one in its input (`asked`);
    fails with sudo's own words where it does neither. A wrong password is tried once."""
    as_user = f"-u {shlex.quote(user)} -- /bin/sh -c :"
    script = f"""{PLAIN}[ "$(id -un)" = {shlex.quote(user)} ] && {{ echo free; exit 0; }}
if sudo -n {as_user} 2>/dev/null; then echo free
elif sudo -S -p '' {as_user}; then echo asked
else exit {SUDO_REFUSED}; fi"""
    return Command(verb="sudo", script=script, args={"user": user}, timeout=30.0)


def unframed(data: bytes, nonce: str) -> str | None:
    """What came after the word; None where it never came."""
    _, mark, rest = data.partition(nonce.encode() + b"\n")
    return rest.decode(errors="replace") if mark else None
