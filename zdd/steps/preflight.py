"""What every host of a play is like before anything is touched, and all that is in the way (R2). Changes nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol, runtime_checkable

from zdd.balancers import Balancer, Member
from zdd.balancers.traffic import Snapshot
from zdd.config.recipe import Build, HostRecipe, PlayRecipe
from zdd.errors import Failed, Finding, Lost
from zdd.model import Release
from zdd.plan.seen import Seen
from zdd.probes import Probe
from zdd.steps import asset_findings
from zdd.steps.checks import check_once
from zdd.steps.findings import balancer_findings, host_findings, twins, unanswered
from zdd.steps.found import Found
from zdd.steps.host_state import HostState, parse, read_host, read_record
from zdd.steps.installable import Installable
from zdd.steps.on_findings import on_findings
from zdd.steps.place import Home, login
from zdd.steps.work_findings import Work
from zdd.transport import Command, Result, Session


@runtime_checkable
class Checked(Protocol):
    """A balancer that can say what is in the way of taking hosts out of it."""

    def check(self, hosts: Sequence[str]) -> tuple[Finding, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """One play as it was found."""

    seen: Mapping[str, Seen] = field(default_factory=dict)  # hosts that were reached
    states: Mapping[str, HostState] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    serving: frozenset[str] = frozenset()  # as the balancers say, so hosts that were not reached among them


def nothing(_: Any) -> int:
    return 0


def no_probes(_: str) -> tuple[Probe, ...]:
    return ()


def anything(_: Any) -> bool:
    return True


def unknown(host: str, version: str) -> Release | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyor:
    """Looks at one play. `parallel` is an executor's `map`."""

    play: PlayRecipe
    session: Callable[[str], Session]  # raises `Unreachable`
    balancers: Sequence[Balancer] = ()
    parallel: Callable[..., Iterable[Any]] = map
    probes: Callable[[str], Sequence[Probe]] = no_probes
    artifact_bytes: Callable[[HostRecipe], int] = nothing
    known: Callable[[str], bool] = anything  # has the journal frozen the record with this digest?
    earlier: Callable[[str, str], Release | None] = unknown  # host, version: what it runs and has no record of
    runs: frozenset[str] = frozenset()  # those of the store
    ours: frozenset[str] = frozenset()  # runs whose marks are no obstacle: finished, or to be superseded

    def survey(self) -> Survey:
        """All hosts at once, then all balancers; whatever does not answer is a finding beside the others."""
        answers = dict(zip(self.play.hosts, self.parallel(self._look, self.play.hosts), strict=True))
        states = {host: answer for host, answer in answers.items() if isinstance(answer, HostState)}
        unreached = [answer for host, answer in answers.items() if isinstance(answer, Finding)]
        snapshot, balancers = self._read_balancers()
        seen = self.parallel(lambda host: self._seen(host, states[host], snapshot), states)
        return Survey(
            seen=dict(zip(states, seen, strict=True)),
            states=states,
            serving=snapshot.serving,
            findings=(
                *unreached,
                *self._of_hosts(states),
                *self._of_assets(states),
                *self._of_what_is_to_be_had(states),
                *self._of_work(states),
                *on_findings(self.play, self.session, self.parallel, self._missed(states)),
                *balancers,
            ),
        )

    def _missed(self, states: Mapping[str, HostState]) -> set[str]:
        """Hosts that are a finding already; a warning, beyond --limit, is none."""
        return {host for host in self.play.limited if host not in states}

    # -- hosts

    def _look(self, host: str) -> HostState | Finding:
        recipe = self.play.hosts[host]
        endpoint, socket = recipe.endpoint, recipe.endpoint.service_options.get("supervisor_socket", "")
        command = read_host(Home(endpoint.state, self.play.fleet), recipe.build, socket).by(login(endpoint))
        try:
            result = self.session(host).run(command)
        except (Lost, Failed) as error:
            return unanswered(host, error, "--skip it", warning=host not in self.play.limited)
        if not result.ok:
            remedy = "allow `sudo -n`, or take back `become`" if endpoint.become else ""
            return Finding(host, f"cannot be looked at: {result.last_words or f'exit {result.exit}'}", remedy)
        return parse(result.out, recipe.build)

    def _of_hosts(self, states: Mapping[str, HostState]) -> Iterator[Finding]:
        mine = [host for host in self.play.limited if host in states]
        for host in mine:
            recipe = self.play.hosts[host]
            need = 3 * self.artifact_bytes(recipe)
            yield from host_findings(host, recipe, states[host], need=need, ours=self.ours, runs=self.runs)
        yield from twins({host: build for host in mine if (build := self.play.hosts[host].build)}, states)

    def _of_assets(self, states: Mapping[str, HostState]) -> Iterator[Finding]:
        """Each host digests the files whose names it has."""
        builds = {host: build for host in self.play.limited if host in states and (build := self._sharing(host))}
        answers = self._asked({host: asset_findings.question(build) for host, build in builds.items()})
        for host, answer in answers.items():
            yield from asset_findings.asset_findings(host, builds[host], states[host], answer)

    def _of_what_is_to_be_had(self, states: Mapping[str, HostState]) -> Iterator[Finding]:
        builds = {host: build for host in self.play.limited if host in states and (build := self._asking(host))}
        found = self.parallel(lambda host: list(self._installable.findings(host, builds[host], states[host])), builds)
        for findings in found:
            yield from findings

    def _asking(self, host: str) -> Build | None:
        build = self.play.hosts[host].build
        return build if build and build.available else None

    @property
    def _installable(self) -> Installable:
        return Installable(self._ask, self.earlier)

    def _of_work(self, states: Mapping[str, HostState]) -> Iterator[Finding]:
        mine = [host for host in self.play.limited if host in states]
        for findings in self.parallel(lambda host: self._work(host, states[host]).findings(), mine):
            yield from findings

    def _work(self, host: str, state: HostState) -> Work:
        recipe = self.play.hosts[host]
        manager = recipe.endpoint.service_manager
        return Work(
            host=host,
            recipe=recipe,
            probes=self.probes(host),
            session=partial(self.session, host),
            deadline=self.play.drain.deadline,
            managed=manager == "command" or manager in state.tools,
        )

    def _sharing(self, host: str) -> Build | None:
        build = self.play.hosts[host].build
        return build if build and build.assets else None

    def _asked(self, questions: Mapping[str, Command]) -> dict[str, Result]:
        """All hosts at once."""
        answers = self.parallel(lambda host: self._ask(host, questions[host]), questions)
        return dict(zip(questions, answers, strict=True))

    def _ask(self, host: str, question: Command) -> Result:
        """One that is gone by now says so as one that refuses would."""
        try:
            return self.session(host).run(question.by(login(self.play.hosts[host].endpoint)))
        except (Lost, Failed) as error:
            return Result(exit=255, err=str(error))

    def _seen(self, host: str, state: HostState, snapshot: Snapshot) -> Seen:
        admin = snapshot.admin(host)
        balanced = any(host in spec.serves for spec in self.play.balancers)
        found = self._found(host, state)
        release, lacks = self._way_back(host, found)
        now = Found.now(state)
        serving = snapshot.up(host) if balanced else self._passes(host, now.record or release)
        out = bool(admin) and all(word != "ready" for word in admin.values())
        return Seen(
            host=host,
            runs=now.release,
            found=found.release,
            lacks=lacks,
            record=release,
            trusted=bool(release and not release.id) or self.known(found.digest),
            serving=serving,
            nowhere=snapshot.nowhere(host) if balanced else not serving,
            held=out and not state.marks and not state.note,
            admin=admin,
            marks=tuple(mark.run for mark in state.marks),
        )

    def _found(self, host: str, state: HostState) -> Found:
        """Where a way back leads. On a host with the mark of a run that is taken over to what this run had found."""
        mark = next((mark for mark in state.marks if mark.run in self.ours and "release" in mark.found), None)
        if mark is None or mark.found["release"] == state.current:
            return Found.now(state)
        name = str(mark.found["release"])
        endpoint = self.play.hosts[host].endpoint
        asked = read_record(Home(endpoint.state, self.play.fleet), name).by(login(endpoint))
        kept = self.session(host).run(asked).out.strip() if name else ""
        version = str(mark.found.get("version", ""))
        return Found(release=name, version=version, kept=kept, whole=name in state.releases)

    def _way_back(self, host: str, found: Found) -> tuple[Release | None, str]:
        """The release that it installs, and why it cannot."""
        build = self.play.hosts[host].build
        if not build or not build.current:
            return found.record, "" if found.whole else "it is not complete"
        if not found.version or host not in self.play.limited:
            return None, ""
        return self._installable.way_back(host, build, found)

    def _passes(self, host: str, runs: Release | None) -> bool:
        """Without balancers: by the checks of what it runs, which need not be those of what it will run."""
        try:
            return not check_once(self.session(host), (runs or self.play.hosts[host]).health)
        except Lost:
            return False

    # -- balancers

    def _read_balancers(self) -> tuple[Snapshot, list[Finding]]:
        """One that does not answer leaves the others their say."""
        members: dict[str, tuple[Member, ...]] = {}
        findings: list[Finding] = []
        serves = {spec.name: frozenset(spec.serves) for spec in self.play.balancers}
        for balancer in self.balancers:
            try:
                members[balancer.name] = balancer.members()
            except (Lost, Failed) as error:
                findings.append(unanswered(balancer.name, error, "--without-balancer"))
                continue
            mine = [host for host in self.play.limited if host in serves[balancer.name]]
            findings += balancer.check(mine) if isinstance(balancer, Checked) else ()
        snapshot = Snapshot(members, {name: hosts for name, hosts in serves.items() if name in members})
        findings += balancer_findings(self.play.limited, snapshot, findings)
        origins = {spec.name: spec.origin for spec in self.play.balancers}
        return snapshot, [replace(finding, origin=origins.get(finding.where, "")) for finding in findings]
