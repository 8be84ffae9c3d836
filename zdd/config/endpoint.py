"""How one host is reached, from its variables. What zdd can't honour is refused by name rather than ignored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zdd.config.endpoint_jump import proxy_jump
from zdd.config.inventory_groups import Setting
from zdd.config.source import nearest
from zdd.errors import Invalid, Problem
from zdd.model import Endpoint

Render = Callable[[str], Any]  # raises `ValueError`

MANAGERS = ("systemd", "supervisor", "command")
_COMMANDS = ("start", "stop", "status", "restart", "reload", "log")
_NEEDED = _COMMANDS[:3]
_TRUTH = dict.fromkeys(("yes", "y", "true", "t", "on", "1"), True)
_TRUTH |= dict.fromkeys(("no", "n", "false", "f", "off", "0"), False)

_LOGIN = "zdd logs in with keys or an agent; remove it"
_SUDO = "give it once with `-K`; remove it"
_REFUSED = {
    "ansible_password": _LOGIN,
    "ansible_ssh_pass": _LOGIN,
    "ansible_ssh_password": _LOGIN,
    "ansible_become_pass": _SUDO,
    "ansible_become_password": _SUDO,
    "ansible_sudo_pass": _SUDO,
    "ansible_become_exe": "zdd calls `sudo`; remove it",
    "ansible_become_flags": "zdd calls `sudo -n`; remove it",
    "ansible_ssh_host": "write `ansible_host`",
    "ansible_ssh_port": "write `ansible_port`",
    "ansible_ssh_user": "write `ansible_user`",
    "ansible_private_key_file": "write `ansible_ssh_private_key_file`",
    "ansible_ssh_private_key": "write the key to a file and its path to `ansible_ssh_private_key_file`",
}
_ONLY = {"ansible_connection": ("ssh", "smart"), "ansible_become_method": ("sudo",)}
_ARGUMENTS = ("ansible_ssh_args", "ansible_ssh_common_args", "ansible_ssh_extra_args")


def endpoint(host: str, settings: Mapping[str, Setting], render: Render | None = None) -> Endpoint:
    """What the inventory says of one host. `Invalid` has every variable that can't be so, with its place."""
    reading = Reading(host, settings, render)
    reading.refuse()
    manager = reading.manager()
    found = Endpoint(
        name=host,
        address=reading.word("ansible_host", host),
        port=reading.port(),
        user=reading.word("ansible_user"),
        key_file=reading.key_file(),
        known_hosts=reading.local_path("zdd_known_hosts"),
        jump=reading.jump(),
        become=reading.truth("ansible_become"),
        become_user=reading.word("ansible_become_user", "root"),
        state=reading.host_path("zdd_state", "/var/lib/zdd"),
        service_manager=manager,
        service_options=reading.service_options(manager),
        haproxy_socket=reading.host_path("haproxy_socket"),
    )
    if reading.problems:
        raise Invalid(reading.problems)
    return found


@dataclass(slots=True)
class Reading:
    """One host's variables while they are read; what is wrong is kept, so that all of it is said at once."""

    host: str
    settings: Mapping[str, Setting]
    render: Render | None = None
    problems: list[Problem] = field(default_factory=list)

    def refuse(self) -> None:
        for name, remedy in _REFUSED.items():
            if name in self.settings and self.settings[name].value not in (None, ""):
                self.wrong(name, f"is not supported: {remedy}")
        for name, allowed in _ONLY.items():
            value = self.text(name, allowed[0])
            if value not in allowed:
                self.wrong(name, f"is `{value}`, but zdd knows only `{allowed[0]}`")

    def wrong(self, name: str, message: str) -> None:
        file, line, column = self.settings[name].place.rsplit(":", 2)
        self.problems.append(Problem(file, int(line), int(column), f"`{name}` of {self.host} {message}"))

    def value(self, name: str) -> Any:
        """A variable with its template rendered; None where it is not set, or wrong."""
        if name not in self.settings:
            return None
        value = self.settings[name].value
        if isinstance(value, str) and ("{{" in value or "{%" in value):
            return self._rendered(name, value)
        if value is None:
            self.wrong(name, "has no value")
        return value

    def _rendered(self, name: str, template: str) -> Any:
        if self.render is None:
            self.wrong(name, f"is a template, which can't be used here: {template}")
            return None
        try:
            return self.render(template)
        except ValueError as error:  # `Unrenderable`
            self.wrong(name, f"can't be rendered: {error}")
            return None

    def text(self, name: str, default: str = "") -> str:
        value = self.value(name)
        if value is None:
            return default
        if not isinstance(value, str):
            self.wrong(name, f"has to be text, not {type(value).__name__}; put it in quotation marks")
            return default
        return value

    def word(self, name: str, default: str = "") -> str:
        """Text that becomes an argument of ssh or sudo, and must not look like an option there."""
        value = self.text(name, default)
        if name in self.settings and (not value or value.startswith("-") or value.split() != [value]):
            self.wrong(name, f"can't be `{value}`")
        return value

    def port(self) -> int:
        value = self.value("ansible_port")
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 6:
            value = int(value)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 65536:
            self.wrong("ansible_port", f"is `{value}`, but a port is a number from 1 to 65535")
            return 0
        return value

    def truth(self, name: str) -> bool:
        value = self.value(name)
        known = _TRUTH.get(str(value).lower())
        if value is not None and known is None:
            self.wrong(name, f"is `{value}`, but has to be `true` or `false`")
        return bool(known)

    def local_path(self, name: str) -> str:
        """A path on the controller. A relative one counts from the current directory, as for Ansible."""
        value = self.text(name)
        try:
            return str(Path(value).expanduser().absolute()) if value else ""
        except RuntimeError:  # `~nobody`
            self.wrong(name, f"is `{value}`, but there is no such user here")
            return ""

    def key_file(self) -> str:
        name = "ansible_ssh_private_key_file"
        path = self.local_path(name)
        if path and not Path(path).is_file():
            self.wrong(name, f"is {path}, but there is no such file")
        return path

    def host_path(self, name: str, default: str = "") -> str:
        value = self.text(name, default)
        if value != default and not value.startswith("/"):
            self.wrong(name, f"is `{value}`, but has to be a path that begins with `/`")
        return value

    def jump(self) -> str:
        found = ""
        for name in _ARGUMENTS:
            try:
                found = proxy_jump(self.text(name)) or found
            except ValueError as error:
                self.wrong(name, str(error))
        return found

    def manager(self) -> str:
        value = self.text("service_manager", MANAGERS[0])
        if value not in MANAGERS:
            near = nearest(value, MANAGERS)
            hint = f"; did you mean `{near}`?" if near else ""
            self.wrong("service_manager", f"is `{value}`, but can be {', '.join(MANAGERS)}{hint}")
        return value

    def service_options(self, manager: str) -> dict[str, str]:
        """Only what belongs to the host's own service manager."""
        if manager == "supervisor":
            socket = self.text("supervisor_socket")
            return {"supervisor_socket": socket} if socket else {}
        if manager != "command":
            return {}
        options = {word: self.text(f"service_{word}") for word in _COMMANDS}
        for word in _NEEDED:
            if not options[word]:
                self.wrong("service_manager", f"is `command`, which needs `service_{word}` too")
        return {word: command for word, command in options.items() if command}
