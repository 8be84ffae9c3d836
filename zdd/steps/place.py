"""Where a task is done: a machine, as whom, and the folders that zdd has there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from zdd.errors import Failed
from zdd.model import Endpoint, Play, Release, Target, Task
from zdd.steps import Site
from zdd.transport import Command, Result, Session

KEPT = "0640"  # mode of what any operator of the group may need for a way back


@dataclass(frozen=True, slots=True)
class Home:
    """The fleet's own folder on a machine."""

    state: str  # "/var/lib/zdd"
    fleet: str

    @property
    def folder(self) -> str:
        return f"{self.state}/{self.fleet}"

    def file(self, digest: str) -> str:
        return f"{self.folder}/files/{digest}"

    def record(self, release: str) -> str:
        return f"{self.folder}/releases/{release}.json"


@dataclass(frozen=True, slots=True)
class Place:
    """One task's machine. `user` is who its commands run as; empty: who logs in."""

    site: Site
    task: Task
    session: Session
    endpoint: Endpoint
    user: str
    home: Home

    @property
    def name(self) -> str:
        return self.session.name

    def run(self, command: Command) -> Result:
        return self.session.run(command.by(self.user))

    def do(self, command: Command) -> Result:
        """Run it; whatever it answers but 0 is a failure with the machine's own words."""
        result = self.run(command)
        if not result.ok:
            raise failed(command, result)
        return result

    def limited(self, command: Command) -> Command:
        """The same, with as much time as the task has."""
        return replace(command, timeout=self.task.timeout)

    def upload(self, source: Path | bytes, target: str, *, sha256: str, mode: str = "0600") -> None:
        self.session.upload(source, target, sha256=sha256, mode=mode, become=self.user)


def place(site: Site, task: Task) -> Place:
    """Raises `Unreachable`."""
    name = task.on or host_of(task)
    session = site.session(name)
    endpoint = endpoint_of(site.play, name)
    user = login(endpoint) if task.become is None else task.become
    return Place(site, task, session, endpoint, user, Home(endpoint.state, site.play.fleet))


def login(endpoint: Endpoint) -> str:
    """Who changes things on that machine where the task says nothing."""
    return endpoint.become_user if endpoint.become else ""


def endpoint_of(play: Play, name: str) -> Endpoint:
    if name in play.targets:
        return play.targets[name].endpoint
    return play.machines.get(name) or Endpoint(name=name, address=name)


def host_of(task: Task) -> str:
    assert task.host, f"{task.step} is done to a host"
    return task.host


def target_of(site: Site, task: Task) -> Target:
    return site.play.targets[host_of(task)]


def reverting(site: Site) -> bool:
    return site.state.plan is not None and site.state.plan.direction == "revert"


def release_of(site: Site, task: Task) -> Release | None:
    """The release that the task is about: the one it names, else the one that this leg leads to."""
    target = site.play.targets.get(task.host or "")
    if target is None:
        return None
    which = task.args.get("release")
    if which is None:
        which = "before" if reverting(site) else "new"
    return {"new": target.release, "before": target.before}.get(which)


def before(site: Site, task: Task) -> Mapping[str, Any]:
    """How the host was: before the run, or before this leg. Nobody looked: nothing was changed, and an operator may
    have it out."""
    state, host = site.state, host_of(task)
    found = state.found.get(host, {})
    return state.stood.get(host, found) if task.args.get("as") == "stood" else found


def wanted(site: Site, task: Task) -> Release:
    release = release_of(site, task)
    if release is None:
        raise Failed(f"{task.host} has no release for {task}", cause="environment")
    return release


def failed(command: Command, result: Result) -> Failed:
    last = result.last_words.splitlines()[-1:] or ["it said nothing"]
    return Failed(f"{command.verb}: exit {result.exit}: {last[0]}", output=result.last_words)
