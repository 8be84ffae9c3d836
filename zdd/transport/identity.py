"""With what to log in: keys from files and from the agent, with their certificates, in ssh's order.

Encrypted keys come last, since a person has to be asked for them; not at all where the agent holds the same key.
"""

import contextlib
from collections.abc import Iterator, Sequence
from copy import copy
from pathlib import Path

import paramiko
from paramiko.agent import AgentKey
from paramiko.pkey import PublicBlob, UnknownKeyType

from zdd.transport.agent import agent_keys
from zdd.transport.credentials import Credentials, NoKey
from zdd.transport.openssh import Resolved
from zdd.transport.public_key import bare

Named = tuple[str, paramiko.PKey | None]  # what a person calls it; no key where it can't be used, and then why


def identities(at: Resolved, credentials: Credentials) -> Iterator[Named]:
    """What to offer, one after the other."""
    encrypted: list[Path] = []
    with contextlib.ExitStack() as stack:
        held = stack.enter_context(agent_keys(at.agent)) if at.agent else []
        mine = {public for path in at.keys if (public := _public(path))}
        yield from ((_label(key), key) for key in held if _held(key) in mine)
        for path in at.keys:
            try:
                yield from _offered(path, _read(path), at.certificates)
            except NoKey as error:
                yield f"{path} ({error})", None
            except paramiko.PasswordRequiredException:
                encrypted.append(path)
        if not at.only:
            yield from ((_label(key), key) for key in held if _held(key) not in mine)
        theirs = {_held(key) for key in held}
    for path in encrypted:
        if _public(path) not in theirs:
            yield from _decrypted(path, at, credentials)


def _decrypted(path: Path, at: Resolved, credentials: Credentials) -> Iterator[Named]:
    try:
        yield from _offered(path, credentials.decrypted(path), at.certificates)
    except NoKey as error:
        yield f"{path} ({error})", None


def _read(path: Path) -> paramiko.PKey:
    try:
        return paramiko.PKey.from_path(path)
    except paramiko.PasswordRequiredException:
        raise
    except TypeError as error:  # the word of `cryptography` for an encrypted one
        raise paramiko.PasswordRequiredException(str(path)) from error
    except (paramiko.SSHException, UnknownKeyType, ValueError, OSError) as error:
        raise NoKey(f"it cannot be read: {error}") from error


def _offered(path: Path, key: paramiko.PKey, more: Sequence[Path]) -> Iterator[Named]:
    """With each certificate that is for it, then bare: a certificate may have expired."""
    for file in dict.fromkeys([path.with_name(f"{path.name}-cert.pub"), *more]):
        blob = _blob(file)
        if blob and bare(blob.key_type, blob.key_blob) == key.get_base64():
            yield str(file), _as(key, blob)
    yield str(path), _as(key, None)


def _as(key: paramiko.PKey, blob: PublicBlob | None) -> paramiko.PKey:
    """Copied: a key that was decrypted once is offered to many hosts at a time."""
    offered = copy(key)
    offered.public_blob = blob
    return offered


def _blob(file: Path) -> PublicBlob | None:
    """Of a public key or a certificate."""
    try:
        return PublicBlob.from_string(file.read_text())
    except (OSError, ValueError):
        return None


def _public(path: Path) -> str:
    """Of the file beside a private key, so that nothing has to be decrypted."""
    blob = _blob(path.with_name(f"{path.name}.pub"))
    return bare(blob.key_type, blob.key_blob) if blob else ""


def _held(key: AgentKey) -> str:
    return bare(key.get_name(), key.blob)


def _label(key: AgentKey) -> str:
    return f"the agent's {key.comment or key.get_name()}"
