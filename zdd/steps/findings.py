"""What preflight makes of what it saw: each with what a person can do about it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from zdd.balancers.traffic import Snapshot
from zdd.config.recipe import Build, HostRecipe
from zdd.errors import Failed, Finding, Lost
from zdd.steps.host_state import HostState
from zdd.steps.installable import told

NEEDED = ("flock", "sha256sum", "mv -T")
FOR_RELEASES = ("tar", "gzip", "readlink")
PACKAGES = {"flock": "util-linux", "sha256sum": "coreutils", "mv -T": "coreutils", "readlink": "coreutils"}
INODES = 10_000  # a release is seldom more


def unanswered(where: str, error: Lost | Failed, otherwise: str, *, warning: bool = False) -> Finding:
    """A machine that was not reached, or said no. `otherwise`: what a person can do without it."""
    helps = f"bring it back, or {otherwise}" if isinstance(error, Lost) else f"or {otherwise}"
    return Finding(where, str(error).removeprefix(f"{where}: "), "" if warning else helps, warning=warning)


def host_findings(
    host: str, recipe: HostRecipe, state: HostState, *, need: int, ours: frozenset[str], runs: Collection[str] = ()
) -> Iterator[Finding]:
    yield from _tools(host, recipe, state)
    yield from _fetches(host, recipe, state)
    yield from _services(host, recipe, state)
    yield from _folders(host, recipe, state)
    if recipe.build:
        yield from _space(host, state, need)
        yield from told(host, recipe.build, state) if recipe.build.current else _current(host, state)
    yield from _marks(host, state, ours, runs)


def _tools(host: str, recipe: HostRecipe, state: HostState) -> Iterator[Finding]:
    for tool in (*NEEDED, *(FOR_RELEASES if recipe.build and recipe.build.path else ())):
        if tool not in state.tools:
            yield Finding(host, f"has no {tool}", f"install {PACKAGES.get(tool, tool)}")


def _fetches(host: str, recipe: HostRecipe, state: HostState) -> Iterator[Finding]:
    if recipe.build and recipe.build.url and not state.tools & {"curl", "wget"}:
        yield Finding(host, "has neither curl nor wget to fetch the artifact with", "install curl")


def _services(host: str, recipe: HostRecipe, state: HostState) -> Iterator[Finding]:
    if not any(task.step == "service" for task in (*recipe.prepare, *recipe.deploy)):
        return
    match recipe.endpoint.service_manager:
        case "systemd" if "systemd" not in state.tools:
            yield Finding(host, "does not run systemd", "set service_manager in the inventory")
        case "supervisor" if "python3" not in state.tools:
            yield Finding(host, "has no python3, which speaks to its supervisor", "install python3")
        case "supervisor" if "supervisor" not in state.tools:
            socket = recipe.endpoint.service_options.get("supervisor_socket", "")
            what = f"has no supervisor's socket at {socket or '(none is named)'}"
            yield Finding(host, what, "start supervisor, or set supervisor_socket in the inventory")


def _folders(host: str, recipe: HostRecipe, state: HostState) -> Iterator[Finding]:
    if state.home == "no":
        where = recipe.endpoint.state
        yield Finding(host, f"{where} cannot be made or written", "zdd host prepare, become, or zdd_state elsewhere")
    if recipe.build and recipe.build.path and state.path not in ("ready", "free"):
        what = f"{recipe.build.path} cannot be written by who logs in"
        yield Finding(host, what, "write become: true, or give the folder to that user")


def _space(host: str, state: HostState, need: int) -> Iterator[Finding]:
    if state.free_bytes is not None and state.free_bytes < need:
        what = f"has {state.free_bytes >> 20} MiB free, a release may need {-(-need >> 20)} MiB"
        yield Finding(host, what, "make room")
    if state.free_inodes is not None and state.free_inodes < INODES:
        yield Finding(host, f"has {state.free_inodes} inodes free", "make room")


def _current(host: str, state: HostState) -> Iterator[Finding]:
    if state.plain:
        yield Finding(host, "`current` is there, and is no link to a release", "zdd adopt makes it one")


def _marks(host: str, state: HostState, ours: frozenset[str], runs: Collection[str]) -> Iterator[Finding]:
    for mark in state.marks:
        if mark.run not in ours:
            what = f"bears the mark of run {mark.run} of {mark.fleet or 'an unknown fleet'}"
            yield Finding(host, what, ways_on(mark.run, runs))


def ways_on(run: str, runs: Collection[str]) -> str:
    """What to type about a mark. `runs`: those of this store; another store's cannot be resumed from here."""
    if run in runs:
        return f"zdd resume, revert or abandon {run}, or --supersede {run}"
    return (
        f"its journal is in another store: zdd resume or revert {run} there (--store), "
        f"or zdd abandon {run} PLAYBOOK, or --supersede {run}"
    )


def twins(builds: Mapping[str, Build], states: Mapping[str, HostState]) -> Iterator[Finding]:
    """Two names of one machine would be taken for two hosts, of which one may be out."""
    same = defaultdict[tuple[str, str], list[str]](list)
    for host, build in builds.items():
        if states[host].boot:
            same[states[host].boot, build.path or f"`{build.current}`"].append(host)
    for (_, place), hosts in same.items():
        if len(hosts) > 1:
            more = ", or give each a release_path" if builds[hosts[0]].path else ""
            yield Finding(", ".join(hosts), f"are one machine with one {place}", f"name it once in the inventory{more}")


def balancer_findings(hosts: Iterable[str], snapshot: Snapshot, said: Sequence[Finding]) -> Iterator[Finding]:
    """`said`: what the balancers found themselves."""
    for host in hosts:
        for balancer in snapshot.strangers(host):
            if not any(finding.where == balancer and host in finding.what for finding in said):
                yield Finding(balancer, f"does not know {host}", "add it there, or take it out of `serves`")
        if half := _half_out(snapshot, host):
            what = f"is held in {', '.join(half)} only: half out is neither in nor out"
            yield Finding(host, what, "zdd host enable or drain it, or leave that backend out of `backends`")


def _half_out(snapshot: Snapshot, host: str) -> list[str]:
    """Where it is out, if it is in elsewhere: "shop on lb1"."""
    mine = [(name, m) for name, members in snapshot.members.items() for m in members if m.host == host]
    out = [f"{member.backend} on {name}" for name, member in mine if member.admin != "ready"]
    return sorted(out) if len(out) < len(mine) else []
