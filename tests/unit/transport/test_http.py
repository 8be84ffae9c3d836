"""One question over HTTP, in plain words and over TLS, on whatever channel the dialer opens."""

from pathlib import Path

import pytest

from tests.unit.transport.server import Server, certified
from zdd.transport.http import request

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Release: 1.1\r\n\r\nhello"


def test_an_answer_in_plain_words() -> None:
    server = Server(ANSWER)
    answer = request(server, "http://web1:8080/healthz", headers={"X-Probe": "1"})
    assert (answer.status, answer.body, answer.headers["x-release"]) == (200, b"hello", "1.1")
    asked = server.asked.decode()
    assert asked.startswith("GET /healthz HTTP/1.1\r\n") and "Host: web1:8080" in asked and "X-Probe: 1" in asked
    assert [pipe.closed for pipe in server.pipes] == [True]


def test_every_question_has_a_connection_of_its_own() -> None:
    server = Server(ANSWER)
    for _ in range(2):
        server.asked.clear()
        request(server, "http://web1/")
    assert len(server.pipes) == 2


def test_an_answer_over_tls_by_who_can_prove_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = certified(tmp_path, "web1")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = Server(ANSWER, certificate=certificate)
    assert request(server, "https://web1/healthz").body == b"hello"
    assert b"GET /healthz" in server.asked


def test_a_certificate_for_another_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = certified(tmp_path, "web2")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = Server(ANSWER, certificate=certificate)
    with pytest.raises(OSError, match="certificate"):
        request(server, "https://web1/healthz")
    assert not server.asked, "not a word before the peer has proved who it is"


def test_a_certificate_nobody_vouches_for_is_refused_unless_told_otherwise(tmp_path: Path) -> None:
    certificate = certified(tmp_path, "web1")
    with pytest.raises(OSError, match="certificate"):
        request(Server(ANSWER, certificate=certificate), "https://web1/")
    assert request(Server(ANSWER, certificate=certificate), "https://web1/", verify=False).status == 200


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_silence_ends(tmp_path: Path, scheme: str) -> None:
    server = Server(ANSWER, certificate=certified(tmp_path, "web1") if scheme == "https" else None, hangs=True)
    with pytest.raises(OSError):
        request(server, f"{scheme}://web1/", timeout=0.2, verify=False)


def test_what_is_no_http_is_said_to_be_none() -> None:
    with pytest.raises(ValueError, match="no HTTP"):
        request(Server(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), "http://web1/")
