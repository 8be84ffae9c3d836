"""The lab as a value. All of it follows from its folder, its network, its sockets and its size."""

import json
import os
import pwd
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from zdd.errors import Refused

APP_PORT = 8080
# A program on 0.0.0.0 blocks its port on all of 127/8, so these are rare; and below the ephemeral range.
SSH_PORT, FRONT_PORT, REDIS_PORT = 20022, 18088, 16379
MOST_HOSTS, MOST_BALANCERS = 100, 9


class Unfit(Refused):
    """This machine cannot hold the lab as it is."""

    exit_code = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One machine of the lab."""

    name: str
    address: str
    disk: Path  # all that it keeps
    sockets: Path  # short: a socket's path has at most 97 bytes

    @property
    def home(self) -> Path:
        return self.disk / "home"

    @property
    def state(self) -> Path:
        return self.disk / "state"

    @property
    def release_path(self) -> Path:
        return self.disk / "srv" / "shop"

    @property
    def supervisor_socket(self) -> Path:
        return self.sockets / f"{self.name}-supervisor"

    @property
    def haproxy_socket(self) -> Path:
        return self.sockets / f"{self.name}-haproxy"

    @property
    def haproxy_state_file(self) -> Path:
        return self.disk / "haproxy.state"

    @property
    def app_url(self) -> str:
        return f"http://{self.address}:{APP_PORT}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What a lab is made of."""

    hosts: int = 2
    balancers: int = 1
    workers: bool = False  # one beside each web app, and the Redis where jobs and sessions are

    def __str__(self) -> str:
        workers = "workers and Redis" if self.workers else "no workers"
        return f"{self.hosts} hosts, {self.balancers} balancers, {workers}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """A fleet on this machine."""

    folder: Path  # absolute; the inventory and `dist` are beside it
    network: str  # "127.70.12": its machines are there and nobody else's
    sockets: Path
    size: Size = Size()

    @property
    def web(self) -> tuple[Machine, ...]:
        return tuple(self._machine(f"web{number}", 10 + number) for number in range(1, self.size.hosts + 1))

    @property
    def balancers(self) -> tuple[Machine, ...]:
        return tuple(self._machine(f"lb{number}", 200 + number) for number in range(1, self.size.balancers + 1))

    @property
    def redis(self) -> Machine | None:
        return self._machine("redis1", 221) if self.size.workers else None

    @property
    def machines(self) -> tuple[Machine, ...]:
        return (*self.web, *self.balancers, *([self.redis] if self.redis else ()))

    def machine(self, name: str) -> Machine:
        return next(machine for machine in self.machines if machine.name == name)

    @property
    def url(self) -> str:
        """Where clients come in, if they know but one door."""
        return self.urls[0]

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(f"http://{balancer.address}:{FRONT_PORT}" for balancer in self.balancers)

    @property
    def redis_url(self) -> str:
        return f"redis://{self.redis.address}:{REDIS_PORT}/0" if self.redis else ""

    @property
    def inventory(self) -> Path:
        return self.folder.parent / "inventories" / "lab.yml"

    @property
    def dist(self) -> Path:
        return self.folder.parent / "dist"

    @property
    def key(self) -> Path:
        return self.folder / "keys" / "login"

    @property
    def known_hosts(self) -> Path:
        return self.folder / "keys" / "known_hosts"

    @property
    def keeper_socket(self) -> Path:
        return self.sockets / "keeper"

    @property
    def log(self) -> Path:
        return self.folder / "keeper.log"

    def listens(self) -> Iterator[tuple[str, int]]:
        """Every address and port that it needs."""
        yield from ((machine.address, SSH_PORT) for machine in self.machines)
        yield from ((machine.address, APP_PORT) for machine in self.web)
        yield from ((machine.address, FRONT_PORT) for machine in self.balancers)
        if self.redis:
            yield self.redis.address, REDIS_PORT

    def save(self) -> None:
        facts = {"network": self.network, "sockets": str(self.sockets), "size": asdict(self.size)}
        (self.folder / "lab.json").write_text(json.dumps(facts) + "\n")

    def forget(self) -> None:
        """It is not up any more."""
        shutil.rmtree(self.sockets, ignore_errors=True)
        (self.folder / "lab.json").unlink(missing_ok=True)

    @classmethod
    def load(cls, folder: Path) -> "Lab | None":
        """The lab that was last up here; None if it was stopped, or there never was one. Raises `Unfit`."""
        try:
            facts = json.loads((folder / "lab.json").read_text())
            size, network, sockets = Size(**facts["size"]), facts["network"], Path(facts["sockets"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            why = f"{folder / 'lab.json'} is not of this version of zdd"
            raise Unfit(f"{why}: stop that lab with the zdd that started it, then `rm -r {folder}`") from error
        return cls(folder=folder, network=network, sockets=sockets, size=size)

    def _machine(self, name: str, last: int) -> Machine:
        return Machine(name=name, address=f"{self.network}.{last}", disk=self.folder / name, sockets=self.sockets)


def login() -> str:
    """The user that the lab runs as, and that logs in: an unprivileged sshd can log in no other."""
    return pwd.getpwuid(os.geteuid()).pw_name
