"""Public keys and OpenSSH's certificates of them, as paramiko keys: two are the same if their Base64 is."""

import paramiko

CERTIFICATE = "-cert-v01@openssh.com"


def bare(kind: str, blob: bytes) -> str:
    """The Base64 of a key, or of the key inside of a certificate; empty for what can't be read."""
    try:
        return str(read(kind, blob).get_base64())
    except ValueError:
        return ""


def read(kind: str, blob: bytes) -> paramiko.PKey:
    """A key, or the key inside of a certificate. Raises `ValueError`."""
    name = kind.removesuffix(CERTIFICATE)
    for made in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        if name in made.identifiers():
            try:
                key: paramiko.PKey = made(data=blob)
                key.get_base64()
                return key
            except Exception as error:  # paramiko lets the errors of three libraries through
                raise ValueError(f"no {kind}: {error}") from error
    raise ValueError(f"zdd knows no keys of the kind {kind}")
