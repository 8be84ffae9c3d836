"""What a host's certificate says, and that a changed or broken one says nothing."""

import base64
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zdd.transport.host_certificate import BadCertificate, parse

NOW = 1_700_000_000
Signed = Callable[..., tuple[str, bytes]]


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    folder = tmp_path_factory.mktemp("keys")

    def run(*words: object) -> None:
        subprocess.run(["ssh-keygen", "-q", *map(str, words)], check=True)

    run("-t", "ed25519", "-N", "", "-f", folder / "ca")

    def sign(*words: str, kind: str = "ed25519") -> tuple[str, bytes]:
        key = folder / f"key-{kind}"
        if not key.exists():
            run("-t", kind, "-N", "", "-f", key)
        run("-s", folder / "ca", "-I", "it", *words, f"{key}.pub")
        name, text, *_ = Path(f"{key}-cert.pub").read_text().split()
        return name, base64.b64decode(text)

    return sign


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_of_every_kind_of_key(signed: Signed, kind: str) -> None:
    found = parse(*signed("-h", "-n", "web1,web2", "-V", "20231101:20231201", kind=kind))
    found.check("web2", NOW)
    assert found.principals == ("web1", "web2")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("-h", "-n", "web2"), "it is for web2, not for web1"),
        (("-h", "-n", "web1", "-V", "20200101:20210101"), "it has expired"),
        (("-h", "-n", "web1", "-V", "20300101:20310101"), "it is not valid yet"),
        (("-n", "web1"), "it is a user's, not a host's"),
        (("-n", "web1", "-O", "force-command=true"), "it is a user's"),
    ],
)
def test_for_another_time_host_or_use(signed: Signed, words: tuple[str, ...], why: str) -> None:
    with pytest.raises(BadCertificate, match=why):
        parse(*signed(*words)).check("web1", NOW)


def test_no_byte_of_it_may_be_another(signed: Signed) -> None:
    kind, blob = signed("-h", "-n", "web1", "-V", "20231101:20231201")
    for at in range(len(blob)):
        changed = bytearray(blob)
        changed[at] ^= 1
        with pytest.raises(BadCertificate):
            parse(kind, bytes(changed)).check("web1", NOW)


@given(st.binary(max_size=300), st.sampled_from(["ssh-ed25519-cert-v01@openssh.com", "ssh-rsa", "", "x"]))
def test_any_bytes_are_refused(blob: bytes, kind: str) -> None:
    with pytest.raises(BadCertificate):
        parse(kind, blob).check("web1", NOW)
