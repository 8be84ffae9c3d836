"""What HAProxy says of itself and of its servers at one moment, read from the answers of its runtime socket.

Columns are read by name: each version of HAProxy adds some. How a server is set comes from `show servers state` alone:
a drained server whose check fails has the status DOWN.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zdd.errors import Lost
from zdd.model import Admin

QUESTIONS = ("show info", "show cli level", "show table", "show servers state", "show stat -1 4 -1")
MAINT = 0x01 | 0x02 | 0x20 | 0x40  # forced, inherited, no address, bad name; 0x04 only remembers `disabled`
DRAIN = 0x08 | 0x10  # forced, inherited
CHECK_CONFIGURED = 0x02
CHECK_ENABLED = 0x04  # stays set while maint pauses the check
ALIVE = ("UP", "DRAIN", "NOLB", "no check")  # also "UP 1/3", which is on its way down
PASSED = ("L4OK", "L6OK", "L7OK", "PROCOK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One server of one backend."""

    backend: str
    name: str
    addresses: frozenset[str]  # the address, and the name that it was resolved from
    admin: Admin
    status: str
    sessions: int
    queued: int
    sticky: bool  # its cookie, or a stick table of its backend, may pin clients to it
    own_check: bool
    agent: bool  # one is asked, whose word can end drain and maint
    mute: bool  # its agent is not asked at the moment
    tracks: str  # "shop/web1", whose health is its own; empty: none
    passes: bool  # nothing is wrong with its own check
    weighs: bool  # gets new clients at all: a weight of 0 is a drain that somebody configured
    whole: bool  # full weight, slow start over, not a backup

    @property
    def id(self) -> str:
        return f"{self.backend}/{self.name}"

    @property
    def takes(self) -> bool:
        """HAProxy may send it a request: it is not down, and gets new clients, or clients stick to it."""
        alive = self.status.startswith(ALIVE) and self.admin != "maint"
        return alive and (self.sticky or (self.admin == "ready" and self.weighs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One HAProxy process and all its servers."""

    pid: int  # another one after a reload, which forgets what was set
    processes: int
    level: str  # what the socket may do: admin, operator, user
    leaving: frozenset[int]  # older ones that a reload has left behind
    servers: Mapping[str, Server]

    def judge(self, server: Server) -> Server:
        """Who says whether the server is healthy: itself, or the end of the chain of those it tracks."""
        seen: set[str] = set()
        while server.tracks in self.servers and server.id not in seen:
            seen.add(server.id)
            server = self.servers[server.tracks]
        return server

    def up(self, server: Server) -> bool:
        """It takes its full share. "UP 1/3" is on its way down, and right after maint on no ground at all."""
        return server.status in ("UP", "no check") and server.whole and self.judge(server).passes

    def checked(self, server: Server) -> bool:
        judge = self.judge(server)
        return judge.own_check or judge.agent


def read(answers: Sequence[str], leaving: frozenset[int] = frozenset()) -> Reading:
    """The answers to QUESTIONS, in their order. `leaving`: old processes that a reload has left behind."""
    try:
        info, level, tables, states, stats = answers
        facts = dict(line.split(": ", 1) for line in info.splitlines() if ": " in line)
        tables_of = frozenset(re.findall(r"^# table: ([^,]+),", tables, re.MULTILINE))
        servers = {server.id: server for server in _servers(_states(states), stats, tables_of)}
        return Reading(
            pid=int(facts["Pid"]),
            processes=int(facts.get("Nbproc", "1")),
            level=level,
            leaving=leaving,
            servers=servers,
        )
    except (KeyError, ValueError, csv.Error) as error:
        what = f"HAProxy gave an answer that cannot be read: {error!r}"
        raise Lost(what, "environment", "\n".join(answers)[-2000:]) from error


def _states(text: str) -> dict[tuple[str, str], dict[str, str]]:
    version, header, *rows = text.splitlines()
    if version != "1":
        raise ValueError(f"show servers state: {version}")
    columns = header.removeprefix("# ").split()
    states = (dict(zip(columns, row.split(" "), strict=False)) for row in rows)
    return {(state["be_name"], state["srv_name"]): state for state in states}


def _servers(states: Mapping[tuple[str, str], dict[str, str]], stats: str, tables: frozenset[str]) -> list[Server]:
    """Every server that has statistics; one without a state is an error, since it may take traffic."""
    rows = list(csv.DictReader(stats.removeprefix("# ").splitlines(), strict=True))
    if any(None in row.values() for row in rows):
        raise ValueError("show stat: a line is too short")
    return [_server(row, states[row["pxname"], row["svname"]], tables) for row in rows]


def _server(stat: Mapping[str, str], state: Mapping[str, str], tables: frozenset[str]) -> Server:
    own_check = bool(int(state["srv_check_state"]) & CHECK_ENABLED)
    agent = int(state["srv_agent_state"])
    return Server(
        backend=stat["pxname"],
        name=stat["svname"],
        addresses=frozenset({state["srv_addr"], state["srv_fqdn"]} - {"-"}),
        admin=_admin(int(state["srv_admin_state"])),
        status=stat["status"],
        sessions=int(stat["scur"]),
        queued=int(stat["qcur"]),
        sticky=bool(stat["cookie"]) or stat["pxname"] in tables,
        own_check=own_check,
        agent=bool(agent & CHECK_ENABLED),
        mute=agent & (CHECK_CONFIGURED | CHECK_ENABLED) == CHECK_CONFIGURED,
        tracks=stat["tracked"],
        passes=_passes(stat) if own_check else not stat["tracked"],
        weighs=int(state["srv_uweight"]) > 0,
        whole=_whole(stat, state),
    )


def _admin(bits: int) -> Admin:
    return "maint" if bits & MAINT else "drain" if bits & DRAIN else "ready"


def _passes(stat: Mapping[str, str]) -> bool:
    """The last check passed, and so did as many as it takes. A star says that the next one is on its way."""
    if stat["check_status"].removeprefix("* ") not in PASSED:
        return False
    return int(stat["check_health"]) == int(stat["check_rise"]) + int(stat["check_fall"]) - 1


def _whole(stat: Mapping[str, str], state: Mapping[str, str]) -> bool:
    """An agent sets the weight to whatever it thinks right, all the time."""
    weight, configured = int(state["srv_uweight"]), int(state["srv_iweight"])
    full = weight > 0 if int(state["srv_agent_state"]) & CHECK_CONFIGURED else weight == configured > 0
    return full and not stat["throttle"] and (stat["act"], stat["bck"]) == ("1", "0")
