"""ProxyJump out of the options that Ansible would hand to ssh. Nothing else of them is understood."""

import shlex


def proxy_jump(arguments: str) -> str:
    """The jump as ssh writes it, `user@host:port`; empty if there is none. `ValueError` says what is not supported."""
    try:
        words = shlex.split(arguments)
    except ValueError as error:
        raise ValueError(f"can't be split into words: {error}") from error
    found = ""
    while words:
        option = _option(words)
        if not option.lower().startswith("proxyjump="):
            raise ValueError(f"says `{option}`, but only ProxyJump is supported; put it into ~/.ssh/config")
        found = option.partition("=")[2]
        if not found or found.startswith("-") or found.split() != [found]:
            raise ValueError(f"can't jump over `{found}`")
    return found


def _option(words: list[str]) -> str:
    """Takes the next ssh option off the words: `-J x`, `-Jx`, `-o Name=x`, `-oName=x`, `-o "Name x"`."""
    first = words.pop(0)
    if first in ("-J", "-o") and words:
        first += words.pop(0)
    if first.startswith("-J"):
        return f"ProxyJump={first[2:]}"
    if first.startswith("-o"):
        name, _, value = first[2:].replace("=", " ", 1).strip().partition(" ")
        return f"{name}={value.strip()}"
    return first
