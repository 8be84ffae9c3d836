"""The floor of a roll: a bare script with one open session per host. Run as `roll_script INVENTORY VERSION`.

The same drains, readings, restarts and checks as zdd's, and nothing else: no plan, no journal, no lease, no way back.
"""

import json
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from benchmarks.bare import Bare, Phases
from benchmarks.contest import measure
from zdd.steps.services.supervisor import PROGRAM

AT_ONCE = 2
POLL, SPACING, INTERVAL, PASSES, READINGS, DEADLINE = 0.05, 0.1, 0.1, 3, 3, 20.0
CLIENT = PROGRAM.read_bytes()


class Roll:
    """Hosts of an inventory, to a version that is on their disks."""

    def __init__(self, inventory: Path, version: str) -> None:
        said = yaml.safe_load(inventory.read_text())["all"]
        groups = said["children"]
        self.version = version
        self.hosts: dict[str, dict[str, Any]] = {n: said["vars"] | v for n, v in groups["web"]["hosts"].items()}
        (self.balancer,) = (said["vars"] | v for v in groups["lb"]["hosts"].values())
        self.sessions = {name: Bare(variables) for name, variables in self.hosts.items()}
        self.lb = Bare(self.balancer)
        self.seconds, self.lock = Counter[str](), threading.Lock()

    def go(self) -> dict[str, float]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self.host, self.hosts))
        return dict(self.seconds)

    def host(self, name: str) -> None:
        session, variables, phases = self.sessions[name], self.hosts[name], Phases()
        self.set(f"set server shop/{name} state drain")
        phases.end("drain")
        self.set(f"set server shop/{name} state maint")
        phases.end("shut")
        self.idle(name)
        phases.end("idle")
        path = variables["release_path"]
        session.run(f"cd {path} && ln -s releases/{self.version}-* next && mv -T next current")
        phases.end("swap")
        session.run(f"python3 -IS - {variables['supervisor_socket']} shop restarted", CLIENT)
        phases.end("restart")
        self.healthy(session, variables["ansible_host"])
        phases.end("health")
        self.set(*(f"set server shop/{name} {state}" for state in ("state drain", "health down", "state ready")))
        phases.end("enable")
        while self.stat(name)["status"] != "UP":
            time.sleep(POLL)
        phases.end("up")
        with self.lock:
            self.seconds.update(phases.seconds)

    def idle(self, name: str) -> None:
        zeros = 0
        while True:
            now = self.stat(name)
            zeros = 0 if int(now["scur"]) or int(now["qcur"]) else zeros + 1
            if zeros == READINGS:
                return
            time.sleep(SPACING if zeros else POLL)

    def healthy(self, session: Bare, address: str) -> None:
        passed, deadline = 0, time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            body = session.get(address, 8080, "/healthz")
            passed = passed + 1 if body and json.loads(body).get("version") == self.version else 0
            if passed == PASSES:
                return
            time.sleep(INTERVAL)
        raise RuntimeError(f"{address} does not answer as {self.version}")

    # -- the balancer

    def ask(self, *lines: str) -> str:
        socket = self.balancer["haproxy_socket"]
        return self.lb.run(f"echo '{';'.join(lines)}' | socat -t 10 - UNIX-CONNECT:{socket}")

    def set(self, *lines: str) -> None:
        if said := self.ask(*lines).strip():
            raise RuntimeError(said)

    def stat(self, name: str) -> dict[str, str]:
        header, *rows = self.ask("show stat -1 4 -1").removeprefix("# ").strip().splitlines()
        servers = (dict(zip(header.split(","), row.split(","), strict=False)) for row in rows)
        return next(server for server in servers if server["svname"] == name)


if __name__ == "__main__":
    roll = Roll(Path(sys.argv[1]), sys.argv[2])
    measure(roll.go)
