"""The key of a user's HMACs of secrets. It lies beside the default store, whichever store is used: who has only that
cannot try values out."""

import os
import secrets
from pathlib import Path

from zdd.errors import Finding, Preflight


def key() -> bytes:
    """Made at the first use; only its owner can read it."""
    state = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    path = Path(state).expanduser() / "zdd" / "key"
    try:
        return _kept(path)
    except OSError as error:
        raise Preflight([Finding(str(path), f"the key of secrets cannot be kept: {error.strerror}")]) from error


def _kept(path: Path) -> bytes:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        beside = path.with_name(f".key-{secrets.token_hex(4)}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        try:
            os.link(beside, path)  # another process may have been first
        except FileExistsError:
            pass
        finally:
            beside.unlink()
    return path.read_bytes()
