"""Which lines of known_hosts are about a host, and that no file can do harm. Real keys are tried in tests/fleet."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zdd.transport.known_hosts import Line, entry, kinds, known

OFFERED = ["ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256"]


@pytest.mark.parametrize(
    ("names", "name", "is_it"),
    [
        ("web1", "web1", True),
        ("web1", "WEB1", True),
        ("web1", "[web1]:2222", False),
        ("[web1]:2222", "[web1]:2222", True),
        ("[web?]:*", "[web1]:2222", True),
        ("*.eu,!web7.eu", "web1.eu", True),
        ("*.eu,!web7.eu", "web7.eu", False),
        ("!web7.eu", "web1.eu", False),
        ("web[12]", "web1", False),
        ("fe80::1", "fe80::1", True),
        ("|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg=", "web1", False),
        ("|1|not|base64", "web1", False),
        ("|1|", "web1", False),
    ],
)
def test_names(names: str, name: str, is_it: bool) -> None:
    assert Line("", names, "ssh-ed25519", "AAAA").matches(name) is is_it


def test_a_line_that_is_written_is_found_again(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    lines = [entry("[Web1]:2222", "ssh-ed25519", "AAAA", hashed=hashed) for hashed in (False, True)]
    file.write_text("\n".join(lines))
    assert [line.key for line in known([file], "[web1]:2222")] == ["AAAA", "AAAA"]
    assert "eb1" not in lines[1] and known([file], "web1") == []


def test_files_that_are_not_there_vouch_for_nobody(tmp_path: Path) -> None:
    assert known([tmp_path / "none", tmp_path], "web1") == []


class TestKinds:
    """What is asked of a host: a key that is known, so that it can't look changed."""

    def test_all_where_nothing_is_known(self) -> None:
        assert kinds([], OFFERED) == OFFERED

    def test_the_known_one(self) -> None:
        assert kinds([Line("", "web1", "ecdsa-sha2-nistp256", "A")], OFFERED) == ["ecdsa-sha2-nistp256"]

    def test_rsa_signs_under_newer_names(self) -> None:
        assert kinds([Line("", "web1", "ssh-rsa", "A")], OFFERED) == ["rsa-sha2-512", "rsa-sha2-256"]

    def test_certificates_first_where_an_authority_vouches(self) -> None:
        asked = kinds([Line("@cert-authority", "*", "ssh-ed25519", "A")], OFFERED)
        assert asked[0] == "ssh-ed25519-cert-v01@openssh.com" and asked[len(OFFERED) :] == OFFERED

    def test_a_revoked_one_is_not_asked_for(self) -> None:
        assert kinds([Line("@revoked", "*", "ssh-ed25519", "A")], OFFERED) == OFFERED


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=1000)
@given(st.binary(max_size=2000) | st.lists(st.sampled_from(["web1 ", "|1|", "@revoked ", "*,", "!", "\n", "[", "A "])))
def test_any_file_can_be_read(tmp_path: Path, content: bytes | list[str]) -> None:
    file = tmp_path / "known_hosts"
    file.write_bytes(content if isinstance(content, bytes) else "".join(content).encode())
    kinds(known([file], "web1"), OFFERED)
