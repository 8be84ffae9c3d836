"""The program on a lab."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tests.controller import Controller, started
from tests.fleet.lab import eventually, traffic
from zdd.lab import Lab, call, releases
from zdd.lab.health import answering
from zdd.lab.request import Answer
from zdd.lab.tally import Summary

QUICK = """
name: shop
hosts: web
batches: 1
release:
  version: "{{ version }}"
  artifact: "dist/shop-{{ version }}.tar.gz"
drain: {deadline: 20s}
balancers:
  - haproxy: {hosts: lb, backends: [shop]}
deploy:
  - activate
  - service: {name: shop, state: restarted}
health:
  checks:
    - http: {url: "http://{{ address }}:8080/healthz", status: 200, json: {version: "{{ version }}"}}
  passes: 2
  interval: 200ms
  deadline: 8s
  steady: 500ms
"""
# The same with sessions, assets, and a worker on each host that is quiesced.
PROBE = "rq: {url: 'redis://{{ redis }}:{{ redis_port }}/0', service: shop-worker, lossless: true}"
ARTIFACT = '  artifact: "dist/shop-{{ version }}.tar.gz"\n'
WORKERS = (
    QUICK.replace("backends: [shop]", "backends: [shop, cart]")
    .replace("drain: {deadline: 20s}", f"drain: {{deadline: 20s, sticky: 0s, probes: [{PROBE}]}}")
    .replace(ARTIFACT, f"{ARTIFACT}  assets: [public/assets]\n")
    .replace("health:", "  - service: {name: shop-worker, state: restarted}\nhealth:", 1)
)


@dataclass(slots=True, kw_only=True)
class Program(Controller):
    """`zdd` as a person would run it in the lab's folder."""

    lab: Lab
    playbook: str

    @classmethod
    def on(cls, lab: Lab, playbook: str = QUICK) -> "Program":
        return cls(folder=lab.folder.parent, lab=lab, playbook=playbook)

    # -- running

    def deploy_words(self, version: str, *more: str) -> list[str]:
        (self.folder / "shop.yml").write_text(self.playbook)
        return ["deploy", "shop.yml", "-i", "inventories/lab.yml", "-e", f"version={version}", "-y", *more]

    def deploy(self, version: str, code: int = 0, *more: str) -> str:
        return self.must(code, *self.deploy_words(version, *more))

    def build(self, version: str, behaviour: releases.Behaviour = "sound") -> None:
        releases.build(self.folder / "dist", version, behaviour)

    # -- watching

    def versions(self) -> set[str]:
        """What answers, host by host."""
        return {answering(host) for host in self.lab.web}

    def turn(self) -> tuple[str, str]:
        """What all hosts run, and the sound release that they do not run: to roll to and fro saves every other roll."""
        [old] = self.versions()
        return old, "1.0" if old == "1.1" else "1.1"

    @contextmanager
    def playing(self, old: str, new: str) -> Iterator[None]:
        """With another word in the playbook."""
        assert old in self.playbook
        before, self.playbook = self.playbook, self.playbook.replace(old, new)
        try:
            yield
        finally:
            self.playbook = before

    @contextmanager
    def no_request_fails(self) -> Iterator[None]:
        """Traffic flows all the while, and not one request of it fails."""
        with traffic(self.lab, assets="assets:" in self.playbook) as client:
            since = time.time()
            time.sleep(0.5)
            yield
            time.sleep(0.5)
        counted: Summary = client.summary(since)
        failed = [answer for answer in client.answers() if answer.failed]
        assert counted.requests > 50 and not failed, f"{counted}\n{failed}\n{self.told(failed[:1])}"

    def told(self, failed: Sequence[Answer]) -> str:
        """What the journal says of the seconds around a failed request."""
        around = [event for event in self.events() if any(abs(event.at - answer.at) < 5 for answer in failed)]
        return "\n".join(f"{event.at:.2f} {event.kind} {event.task} {event.status} {event.detail}" for event in around)


def at_rest(zdd: Program) -> None:
    """Everybody is in, and nothing of a run is left on any host. Who was put back may still have to pass a check."""
    eventually(lambda: all(states and all(",UP," in line for line in states) for states in servers(zdd)))
    for left in ("mark", "out", "lease"):
        assert not list(zdd.lab.folder.glob(f"*/state/*/{left}")), left


def servers(zdd: Program) -> Iterator[list[str]]:
    """What each balancer says of its servers, in the words of `show stat`."""
    for balancer in zdd.lab.balancers:
        lines = call.haproxy(balancer, "show stat -1 4 -1").splitlines()
        yield [line for line in lines if line[:1] not in ("", "#")]


def killed_at(zdd: Program, place: str, *words: str) -> None:
    """kill -9 as soon as the intent to do this task is in the journal."""
    with zdd.begun(*words) as process:
        zdd.until(process, started(place))
        process.kill()
        process.wait()
