"""How a host is reached, and every variable that zdd would otherwise ignore."""

from pathlib import Path
from typing import Any

import pytest

from zdd.config.endpoint import endpoint
from zdd.config.inventory_groups import Setting
from zdd.errors import Invalid
from zdd.model import Endpoint


def settings(variables: dict[str, Any]) -> dict[str, Setting]:
    return {name: Setting(value, f"hosts.yml:{line}:9") for line, (name, value) in enumerate(variables.items(), 1)}


def errors(variables: dict[str, Any]) -> list[str]:
    with pytest.raises(Invalid) as caught:
        endpoint("web1", settings(variables))
    return [str(problem) for problem in caught.value.problems]


def test_nothing_said() -> None:
    assert endpoint("web1", {}) == Endpoint(name="web1", address="web1")


def test_everything_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/op")
    (tmp_path / "key").touch()
    said = {
        "ansible_host": "10.0.0.1",
        "ansible_port": "2222",
        "ansible_user": "deploy",
        "ansible_ssh_private_key_file": "key",
        "ansible_ssh_common_args": "-o ProxyJump=op@bastion:2200",
        "ansible_become": "yes",
        "ansible_become_user": "shop",
        "ansible_connection": "ssh",
        "zdd_known_hosts": "~/known",
        "zdd_state": "/srv/zdd",
        "service_manager": "supervisor",
        "supervisor_socket": "/run/supervisor.sock",
        "haproxy_socket": "/run/haproxy.sock",
        "another": {"is": "nobody's business"},
    }
    assert endpoint("web1", settings(said)) == Endpoint(
        name="web1",
        address="10.0.0.1",
        port=2222,
        user="deploy",
        key_file=str(tmp_path / "key"),
        known_hosts="/home/op/known",
        jump="op@bastion:2200",
        become=True,
        become_user="shop",
        state="/srv/zdd",
        service_manager="supervisor",
        service_options={"supervisor_socket": "/run/supervisor.sock"},
        haproxy_socket="/run/haproxy.sock",
    )


@pytest.mark.parametrize(
    "arguments", ["-J b", "-Jb", "-o ProxyJump=b", "-oProxyJump=b", "-o 'ProxyJump b'", "-o proxyjump=b"]
)
def test_a_jump_as_ssh_takes_it(arguments: str) -> None:
    assert endpoint("web1", settings({"ansible_ssh_common_args": arguments})).jump == "b"


def test_services_by_command() -> None:
    said = {
        "service_manager": "command",
        "service_start": "up {name}",
        "service_stop": "down {name}",
        "service_status": "ok",
    }
    assert endpoint("web1", settings(said)).service_options == {
        "start": "up {name}",
        "stop": "down {name}",
        "status": "ok",
    }


def test_templates_need_someone_who_renders_them() -> None:
    said = settings({"ansible_host": "{{ rack }}.example", "ansible_port": "{{ base }}"})
    values = {"{{ rack }}.example": "r1.example", "{{ base }}": "2201"}
    assert endpoint("web1", said, values.__getitem__).address == "r1.example"
    assert endpoint("web1", said, values.__getitem__).port == 2201
    assert [text.partition(": ")[0] for text in errors({name: each.value for name, each in said.items()})] == [
        "hosts.yml:1:9",
        "hosts.yml:2:9",
    ]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ansible_password", "x", "is not supported: zdd logs in with keys or an agent"),
        ("ansible_ssh_pass", "x", "is not supported: zdd logs in with keys or an agent"),
        ("ansible_become_pass", "x", "is not supported: give it once with `-K`"),
        ("ansible_ssh_host", "10.0.0.1", "is not supported: write `ansible_host`"),
        ("ansible_connection", "winrm", "is `winrm`, but zdd knows only `ssh`"),
        ("ansible_become_method", "su", "is `su`, but zdd knows only `sudo`"),
        (
            "ansible_ssh_common_args",
            "-o StrictHostKeyChecking=no",
            "says `StrictHostKeyChecking=no`, but only ProxyJump",
        ),
        ("ansible_ssh_extra_args", "-A", "says `-A`, but only ProxyJump is supported"),
        ("ansible_ssh_common_args", "-J", "can't jump over ``"),
        ("ansible_ssh_common_args", "-J '-oProxyCommand=x'", "can't jump over `-oProxyCommand=x`"),
        ("ansible_ssh_common_args", "-J 'b", "can't be split into words"),
        ("ansible_host", 10.0, "has to be text, not float; put it in quotation marks"),
        ("ansible_host", None, "has no value"),
        ("ansible_host", "-oProxyCommand=x", "can't be `-oProxyCommand=x`"),
        ("ansible_user", "a b", "can't be `a b`"),
        ("ansible_port", 0, "is `0`, but a port is a number from 1 to 65535"),
        ("ansible_port", "ssh", "is `ssh`, but a port is a number from 1 to 65535"),
        ("ansible_port", True, "is `True`, but a port is a number from 1 to 65535"),
        ("ansible_become", "maybe", "is `maybe`, but has to be `true` or `false`"),
        ("ansible_ssh_private_key_file", "/nowhere/key", "is /nowhere/key, but there is no such file"),
        ("zdd_known_hosts", "~nobody-here/known", "is `~nobody-here/known`, but there is no such user here"),
        ("zdd_state", "zdd", "is `zdd`, but has to be a path that begins with `/`"),
        ("service_manager", "systmd", "is `systmd`, but can be systemd, supervisor, command; did you mean `systemd`?"),
    ],
)
def test_refuses(name: str, value: Any, said: str) -> None:
    found = errors({name: value})
    assert len(found) == 1
    assert found[0].startswith(f"hosts.yml:1:9: `{name}` of web1 {said}")


def test_all_that_is_wrong_at_once() -> None:
    found = errors({"ansible_password": "x", "ansible_port": "x", "service_manager": "command", "service_start": "up"})
    assert [text.split(":")[1] for text in found] == ["1", "2", "3", "3"]
