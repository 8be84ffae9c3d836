"""Who logs in, with what, and to whom: keys, agents, certificates, jumps and known_hosts against a real sshd."""

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fleet.real_sshd import ADDRESSES, Server, agent_in, ssh_configured, sshd_in
from zdd.errors import Refused, Unreachable
from zdd.model import Endpoint
from zdd.transport import Command
from zdd.transport.credentials import Credentials
from zdd.transport.introduction import introduced, record, way
from zdd.transport.sessions import Sessions
from zdd.transport.vouched import Distrusted

PLAIN = "[127.61.7.*]:{port} {host}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with sshd_in(tmp_path_factory.mktemp("sshd")) as server:
        yield server


@pytest.fixture(autouse=True)
def nobody(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, agent or configuration of who runs the tests."""
    monkeypatch.setenv("PATH", ssh_configured(server.folder, "IdentityFile none\n"))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    server.vouch(PLAIN)


@contextmanager
def sessions(credentials: Credentials | None = None) -> Iterator[Sessions]:
    opened = Sessions(credentials=credentials)
    try:
        yield opened
    finally:
        opened.close()


def says(endpoint: Endpoint, credentials: Credentials | None = None) -> str:
    """What the machine answers, once somebody has logged in."""
    with sessions(credentials) as opened:
        return opened.open(endpoint).run(Command(verb="test", script='echo "$SSH_CONNECTION"')).out.split()[2]


class TestKeys:
    def test_the_one_of_the_inventory(self, server: Server) -> None:
        assert says(server.endpoint(key_file=str(server.folder / "plain"))) == ADDRESSES[0]

    def test_those_of_ssh_and_a_certificate_beside_one(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        config = f"IdentityFile {server.folder}/stranger\nIdentityFile {server.folder}/certified\n"
        monkeypatch.setenv("PATH", ssh_configured(server.folder, config))
        assert says(server.endpoint()) == ADDRESSES[0]

    def test_all_that_were_tried_are_named(self, server: Server) -> None:
        stranger = str(server.folder / "stranger")
        with pytest.raises(Unreachable, match=f"web1: .* may not log in with {stranger}$"):
            says(server.endpoint(key_file=stranger))

    def test_an_encrypted_one_is_asked_for_once(self, server: Server) -> None:
        asked: list[str] = []

        def ask(question: str) -> str:
            asked.append(question)
            return "secret" if len(asked) > 1 else "wrong"

        mine = server.endpoint(key_file=str(server.folder / "encrypted"))
        credentials = Credentials(ask)
        assert [says(mine, credentials), says(mine, credentials)] == [ADDRESSES[0]] * 2
        assert asked == [f"Passphrase for {mine.key_file}: "] * 2

    def test_an_encrypted_one_where_nobody_is_here(self, server: Server) -> None:
        with pytest.raises(Unreachable, match=r"encrypted \(it is encrypted, and nobody is here .*ssh-add"):
            says(server.endpoint(key_file=str(server.folder / "encrypted")))


class TestAgent:
    def test_one_that_holds_the_encrypted_key(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        with agent_in(server.folder, server.folder / "stranger", server.folder / "encrypted") as path:
            monkeypatch.setenv("SSH_AUTH_SOCK", path)
            assert says(server.endpoint(key_file=str(server.folder / "encrypted"))) == ADDRESSES[0]

    def test_one_that_holds_a_certificate(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        with agent_in(server.folder, server.folder / "certified") as path:
            monkeypatch.setenv("SSH_AUTH_SOCK", path)
            assert says(server.endpoint()) == ADDRESSES[0]

    def test_a_key_that_the_inventory_names_is_the_only_one(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with agent_in(server.folder, server.folder / "plain") as path:
            monkeypatch.setenv("SSH_AUTH_SOCK", path)
            with pytest.raises(Unreachable, match=r"stranger$"):
                says(server.endpoint(key_file=str(server.folder / "stranger")))

    def test_a_dead_one_does_not_hang(self, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        with socket.socket(socket.AF_UNIX) as silent:
            silent.bind(str(tmp_path / "agent"))
            silent.listen()
            monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
            since = time.monotonic()
            assert says(server.endpoint(key_file=str(server.folder / "plain"))) == ADDRESSES[0]
            assert time.monotonic() - since < 6


class TestHostKeys:
    @pytest.mark.parametrize(
        "line",
        [
            "[127.61.7.1]:{port} {host}",
            "other,[127.61.7.?]:{port} {host}",
            "@cert-authority [127.61.7.1]:{port} {authority}",
            "@cert-authority * {authority}",
        ],
    )
    def test_vouched_for(self, server: Server, line: str) -> None:
        server.vouch("# a remark", "", "@strange * {host}", "garbage", line)
        assert says(server.endpoint(key_file=str(server.folder / "plain"))) == ADDRESSES[0]

    def test_hashed(self, server: Server) -> None:
        server.vouch(PLAIN.replace("*", "1"))
        subprocess.run(["ssh-keygen", "-q", "-H", "-f", server.folder / "known"], check=True, capture_output=True)
        assert "127.61" not in (server.folder / "known").read_text()
        assert says(server.endpoint(key_file=str(server.folder / "plain"))) == ADDRESSES[0]

    @pytest.mark.parametrize(
        ("lines", "said"),
        [
            (["127.61.7.1 {host}"], "is not known: zdd host trust web1"),
            (["[127.61.7.1]:{port},![127.61.7.*]:{port} {host}"], "is not known: zdd host trust web1"),
            (["[127.61.7.1]:{port} {plain}"], "has CHANGED, it is now ssh-ed25519 SHA256:.*zdd host trust web1"),
            ([PLAIN, "@revoked * {host}"], "is revoked"),
            ([PLAIN.replace("host", "plain"), "@cert-authority other {authority}"], "has CHANGED"),
            (["@cert-authority * {plain}"], "no good certificate: it is of an authority that nobody vouches for"),
            (["@cert-authority * {authority}", "@revoked * {authority}"], "no good certificate"),
        ],
    )
    def test_refused(self, server: Server, lines: list[str], said: str) -> None:
        server.vouch(*lines)
        before = server.log().count(f" on {ADDRESSES[0]} ")
        with pytest.raises(Unreachable, match=said):
            says(server.endpoint(key_file=str(server.folder / "plain")))
        assert server.log().count(f" on {ADDRESSES[0]} ") == before + 1, "it is not tried again"

    def test_a_certificate_for_another_host(self, server: Server) -> None:
        server.vouch("@cert-authority * {authority}")
        with pytest.raises(Distrusted, match=f"it is for {ADDRESSES[0]}, not for {ADDRESSES[1]}"):
            says(server.endpoint(ADDRESSES[1], key_file=str(server.folder / "plain")))

    def test_under_the_name_that_ssh_knows_it_by(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        config = f"Host shop\n  HostName {ADDRESSES[1]}\n  HostKeyAlias the-shop\n  Port {server.port}\n"
        monkeypatch.setenv("PATH", ssh_configured(server.folder, config))
        server.vouch("the-shop {host}")
        shop = Endpoint(
            name="web1", address="shop", key_file=str(server.folder / "plain"), known_hosts=str(server.folder / "known")
        )
        assert says(shop) == ADDRESSES[1]


class TestJumps:
    def test_over_several_as_the_inventory_says(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", ssh_configured(server.folder, f"IdentityFile {server.folder}/plain\n"))
        jump = f"{ADDRESSES[1]}:{server.port},ssh://{ADDRESSES[2]}:{server.port}"
        before = len(server.log())
        assert says(server.endpoint(jump=jump)) == ADDRESSES[0]
        came = re.findall(r"Connection from .* on (\S+) port", server.log()[before:])
        assert came[-3:] == [ADDRESSES[1], ADDRESSES[2], ADDRESSES[0]]

    def test_as_ssh_says(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        config = f"IdentityFile {server.folder}/plain\nHost shop\n  HostName {ADDRESSES[0]}\n  Port {server.port}\n"
        config += f"  ProxyJump way\nHost way\n  HostName {ADDRESSES[1]}\n  Port {server.port}\n"
        monkeypatch.setenv("PATH", ssh_configured(server.folder, config))
        assert says(Endpoint(name="web1", address="shop", known_hosts=str(server.folder / "known"))) == ADDRESSES[0]

    @pytest.mark.parametrize(
        ("config", "said"),
        [
            ("Host shop\n  ProxyJump way\nHost way\n  ProxyJump shop\n", "the way there goes in a circle"),
            ("ProxyCommand nc %h %p\n", "says ProxyCommand nc .*; zdd needs ProxyJump"),
            ("Nonsense yes\n", "ssh's own configuration is wrong: "),
        ],
    )
    def test_refused(self, server: Server, monkeypatch: pytest.MonkeyPatch, config: str, said: str) -> None:
        monkeypatch.setenv("PATH", ssh_configured(server.folder, config))
        with pytest.raises(Unreachable, match=said):
            says(Endpoint(name="web1", address="shop"))

    def test_the_key_of_a_machine_on_the_way_has_to_be_known(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", ssh_configured(server.folder, f"IdentityFile {server.folder}/plain\n"))
        server.vouch(PLAIN.replace("*", "1"))
        with pytest.raises(Distrusted, match=f"jump {ADDRESSES[1]}.* is not known: zdd host trust web1"):
            says(server.endpoint(jump=f"{ADDRESSES[1]}:{server.port}"))


class TestTrust:
    """`zdd host trust`: the key is shown, and recorded in place of another one."""

    @pytest.mark.parametrize(
        ("lines", "standing", "left"),
        [
            ([], "new", []),
            ([PLAIN], "known", [PLAIN]),
            (
                ["[127.61.7.1]:{port} {plain}", "other {plain}"],
                "CHANGED, it was ssh-ed25519 SHA256:",
                ["other {plain}"],
            ),
            (["a,[127.61.7.1]:{port},b {plain} remark"], "CHANGED", ["a,b {plain} remark"]),
            (["# kept", "@revoked * {plain}"], "new", ["# kept", "@revoked * {plain}"]),
        ],
    )
    def test_recorded(self, server: Server, lines: list[str], standing: str, left: list[str]) -> None:
        server.vouch(*lines)
        mine = server.endpoint(key_file=str(server.folder / "plain"))
        with sessions() as opened:
            shown = introduced(opened, mine)
            assert f"web1 ([127.61.7.1]:{server.port}): ssh-ed25519 SHA256:" in str(shown)
            assert shown.standing.startswith(standing)
            if not shown.vouched:
                record(shown)
                assert says(mine) == ADDRESSES[0]
        server_says = (server.folder / "known").read_text().splitlines()
        server.vouch(*left)
        assert server_says[: len(left)] == (server.folder / "known").read_text().splitlines()
        assert len(server_says) == len(left) + (not shown.vouched)

    def test_a_line_about_many_hosts_is_left_to_a_person(self, server: Server) -> None:
        server.vouch("other {plain}", "[127.61.7.*]:{port} {plain}")
        before = (server.folder / "known").read_text()
        with sessions() as opened, pytest.raises(Refused, match="known:2:1: this line vouches for other hosts too"):
            record(introduced(opened, server.endpoint()))
        assert (server.folder / "known").read_text() == before

    def test_a_revoked_one_is_said(self, server: Server) -> None:
        server.vouch("@revoked * {host}")
        with sessions() as opened:
            assert introduced(opened, server.endpoint()).standing == "REVOKED"

    def test_the_way_there_comes_first(self, server: Server) -> None:
        names = [each.name for each in way(server.endpoint(jump="op@a:22,b"))]
        assert names == ["jump op@a:22", "jump op@a:22,b", "web1"]
