"""An HAProxy that is text: answers as version 2.6 gives them, to whoever asks by `Command`."""

from collections.abc import Callable
from dataclasses import dataclass, field

from zdd.transport import Channel, Command, Result

STATES = "be_name srv_name srv_addr srv_admin_state srv_uweight srv_iweight srv_check_state srv_agent_state srv_fqdn"
STATS = "pxname,svname,qcur,scur,status,act,bck,throttle,tracked,check_status,check_rise,check_fall,check_health,cookie"
BITS = {"ready": 0, "drain": 8, "maint": 1}
WORDS = {"ready": "UP", "drain": "DRAIN", "maint": "MAINT"}


@dataclass
class FakeServer:
    """One line of both tables; the defaults are a healthy checked server."""

    backend: str = "shop"
    name: str = "web1"
    address: str = "10.0.0.1"
    fqdn: str = "-"
    bits: int = 0
    weight: int = 1
    configured: int = 1
    check_state: int = 6
    agent_state: int = 0
    queued: int = 0
    sessions: int = 0
    status: str = "UP"
    backup: bool = False
    throttle: str = ""
    tracked: str = ""
    check_status: str = "L7OK"
    health: str = "4"
    cookie: str = ""

    def state(self) -> str:
        words = (self.backend, self.name, self.address, self.bits, self.weight, self.configured)
        return " ".join(map(str, (*words, self.check_state, self.agent_state, self.fqdn)))

    def stat(self) -> str:
        checks = (self.check_status, 2, 3, self.health) if self.check_status else ("", "", "", "")
        words = (
            self.backend,
            self.name,
            self.queued,
            self.sessions,
            self.status,
            int(not self.backup),
            int(self.backup),
        )
        return ",".join(map(str, (*words, self.throttle, self.tracked, *checks, self.cookie)))


@dataclass
class FakeHAProxy:
    """Also the session to the machine it runs on."""

    servers: list[FakeServer]
    level: str = "admin"
    processes: int = 1
    pid: int = 4711
    left: str = ""  # pids of those that a reload left behind
    tables: tuple[str, ...] = ()
    deaf: bool = False  # says yes and does nothing
    twist: Callable[[Result], Result] = lambda result: result  # what happens to a result on its way
    name: str = "lb1"
    commands: list[Command] = field(default_factory=list)

    @property
    def changes(self) -> list[str]:
        """What it was told to change, in order."""
        return [line for command in self.commands for line in command.args["lines"] if not line.startswith("show ")]

    def run(self, command: Command) -> Result:
        self.commands.append(command)
        answers = [*(self.answer(line) for line in command.args["lines"]), f"left {self.left}"]
        return self.twist(Result(exit=0, out="".join(f"{text}\n\n" if text else "\n" for text in answers)))

    def answer(self, line: str) -> str:
        if line.startswith("set server "):
            return self._set(*line.split()[2:])
        if line.split()[1] == "agent":
            return self._agent(*line.split()[::2])
        return {
            "show info": f"Name: HAProxy\nNbproc: {self.processes}\nPid: {self.pid}\nnode: lb1",
            "show cli level": self.level,
            "show table": "\n".join(f"# table: {name}, type: ip, size:1024, used:0" for name in self.tables),
            "show servers state": "\n".join(["1", f"# {STATES}", *(server.state() for server in self.servers)]),
            "show stat -1 4 -1": "\n".join([f"# {STATS}", *(server.stat() for server in self.servers)]),
        }[line]

    def _set(self, id: str, key: str, value: str) -> str:
        found = [server for server in self.servers if f"{server.backend}/{server.name}" == id]
        if not found:
            return "No such server."
        if self.level != "admin":
            return "Permission denied"
        if key == "state" and not self.deaf:
            found[0].bits, found[0].status = BITS[value], WORDS[value]
        if key == "health":
            found[0].status, found[0].health = "DOWN", "0"
        return ""

    def _agent(self, word: str, id: str) -> str:
        (found,) = (server for server in self.servers if f"{server.backend}/{server.name}" == id)
        found.agent_state = 22 if word == "enable" else 18
        return ""

    def upload(self, source: object, target: str, *, sha256: str, mode: str = "0600", become: str = "") -> None:
        raise NotImplementedError

    def dial(self, address: str, port: int, timeout: float) -> Channel:
        raise NotImplementedError
