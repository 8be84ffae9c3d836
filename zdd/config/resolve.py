"""Playbook and inventory together: what they say for every host, with every template rendered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from zdd.config.building import TOKEN, Contents, file_of, identified
from zdd.config.inventory import Inventory
from zdd.config.play_keys import BalancerKeys, ReleaseKeys
from zdd.config.playbook import Draft, PlayDraft, Tables, read_plays
from zdd.config.recipe import Build, HostRecipe, PlayRecipe, Recipe, Written
from zdd.config.rendering import Rendering
from zdd.config.scopes import Scopes
from zdd.config.source import Spot, nearest
from zdd.config.tarball import BadTarball
from zdd.config.templates import Scope
from zdd.errors import Invalid, Problem
from zdd.model import BalancerSpec, Drain, Endpoint, File, ProbeSpec

VERSION = "letters, digits and . _ + ~ - only, beginning with a letter or digit"
NO_RUN = {"run": "cannot be used in what makes a release, whose id would change each time"}
CONTROLLER = "controller"


def read(
    playbook: Path,
    inventory: Inventory,
    *,
    extra: Mapping[str, Any],
    limit: Sequence[str] = (),
    skip: Sequence[str] = (),
    tables: Tables,
) -> Recipe:
    """The recipe of a whole playbook. Raises `Invalid` with all problems."""
    contents, plays, wrong = Contents(), list[PlayRecipe](), dict[Problem, None]()
    for draft in read_plays(playbook, tables):
        try:
            plays.append(Resolving(draft, playbook, inventory, extra, tables, contents).play(limit, skip))
        except Invalid as error:
            wrong.update(dict.fromkeys(error.problems))
    if wrong:
        raise Invalid(sorted(wrong, key=lambda problem: (problem.file, problem.line, problem.column)))
    _each_host_once(plays)
    return Recipe(
        playbook=str(playbook),
        inventories=tuple(map(str, inventory.sources)),
        plays=tuple(plays),
        contents=contents.held,
    )


def _each_host_once(plays: Sequence[PlayRecipe]) -> None:
    seen: dict[str, PlayRecipe] = {}
    for play in plays:
        for host in play.hosts:
            if host in seen:
                file, line, column = play.origin.rsplit(":", 2)
                why = f"{host} is in the play {seen[host].name} already: a host is in one play of a run"
                raise Invalid([Problem(file, int(line), int(column), why)])
            seen[host] = play


@dataclass(slots=True)
class HostTasks:
    """One host's tasks as they are rendered, and the files that they came with."""

    files: list[File] = field(default_factory=list)
    kept_files: list[File] = field(default_factory=list)


class Resolving:
    """One play on its way to a recipe."""

    def __init__(
        self,
        draft: PlayDraft,
        playbook: Path,
        inventory: Inventory,
        extra: Mapping[str, Any],
        tables: Tables,
        contents: Contents,
    ) -> None:
        self.draft, self.keys, self.inventory, self.tables, self.contents = (
            draft,
            draft.keys,
            inventory,
            tables,
            contents,
        )
        self.beside = playbook.absolute().parent
        self.rendering = Rendering(draft.document)
        self.hosts = self._select(self.keys.hosts, "hosts")
        self.scopes = Scopes(draft, inventory, extra, self.hosts)
        self.machines: dict[str, Endpoint] = {}

    def play(self, limit: Sequence[str], skip: Sequence[str]) -> PlayRecipe:
        """All hosts of the play, those that are left of them, and everything about them."""
        limited = self._limited(limit, skip)
        hosts = {host: self._host(host) for host in self.hosts}
        first = self.scopes.of(
            self.hosts[0], **({"version": self._version(self.hosts[0])} if self.keys.release else {})
        )
        recipe = self._recipe(hosts, limited, first)
        if self.rendering.problems:
            raise Invalid(list(self.rendering.problems))
        return recipe

    def _recipe(self, hosts: Mapping[str, HostRecipe], limited: tuple[str, ...], first: Scope) -> PlayRecipe:
        keys = self.keys
        by, sizes = keys.batches
        return PlayRecipe(
            name=keys.name,
            fleet=self.scopes.fleet,
            origin=self.draft.place(),
            hosts=hosts,
            limited=limited,
            batches=sizes or ("25%",),
            by=bool(by),
            width=keys.width,
            apart=bool(keys.apart),
            pause=keys.pause,
            min_serving=keys.min_serving,
            failure_budget=keys.failure_budget,
            on_failure=keys.on_failure,
            stall=keys.stall,
            staging_width=keys.staging_width,
            prepare_width=keys.prepare_width,
            balancers=tuple(self._balancers()),
            drain=Drain(deadline=keys.drain.deadline, on_deadline=keys.drain.on_deadline, sticky=keys.drain.sticky),
            before=tuple(self._once("before", first)),
            after=tuple(self._once("after", first)),
            machines=self.machines,
            places={key: self.draft.place(key) for key in ("batches", "width", "min_serving")},
        )

    # -- which hosts

    def _select(self, pattern: str, *path: str) -> tuple[str, ...]:
        try:
            return self.inventory.select(pattern)
        except Invalid as error:
            spot: Spot = (*self.draft.spot, *path)
            raise Invalid([self.draft.document.problem(spot, p.message) for p in error.problems]) from error

    def _limited(self, limit: Sequence[str], skip: Sequence[str]) -> tuple[str, ...]:
        skipped = {self.inventory.host(host) for host in skip}
        left = tuple(host for host in self.inventory.limited(self.hosts, limit) if host not in skipped)
        if not left:
            raise Invalid([Problem("--skip", 1, 1, f"it leaves no host of {self.keys.name}")])
        return left

    # -- one host

    def _host(self, host: str) -> HostRecipe:
        endpoint = self._endpoint(host)
        scope = self.scopes.of(host)
        build, deploy = self._released(host, scope, endpoint) if self.keys.release else (None, None)
        if build:
            scope = self._released_scope(scope, build.version, build.path, build.id[:8])
        plain = HostTasks()
        if deploy is None:
            deploy = tuple(self._tasks("deploy", host, scope, plain))
        return HostRecipe(
            endpoint=endpoint,
            build=build,
            prepare=tuple(self._tasks("prepare", host, scope, plain)),
            deploy=deploy,
            health=self._health(scope),
            probes=tuple(self._probes(scope)),
            batch_by=self._variable(host, self.keys.batches[0], "batches"),
            apart=self._variable(host, self.keys.apart or "", "apart"),
        )

    def _endpoint(self, host: str) -> Endpoint:
        endpoint = self.inventory.endpoint(host, self.scopes.of(host).text)
        if self.keys.become and "ansible_become" not in self.scopes.variables(host):
            return replace(endpoint, become=True, become_user=self.keys.become_user)
        return endpoint

    def _variable(self, host: str, name: str, key: str) -> str:
        if not name:
            return ""
        variables = self.scopes.variables(host)
        if name not in variables:
            near = nearest(name, variables)
            hint = f"; did you mean `{near}`?" if near else ""
            self.rendering.wrong((*self.draft.spot, key), f"{key}: {host} has no variable `{name}`{hint}")
        return str(variables.get(name, ""))

    def _health(self, scope: Scope) -> dict[str, Any]:
        if not self.keys.health:
            return {}
        timing = self.keys.health.model_dump(exclude={"checks"})
        return {**timing, "checks": list(self._rendered(self.draft.checks, self.tables.checks, scope))}

    def _rendered(self, drafts: Sequence[Draft], table: Mapping[str, Any], scope: Scope) -> Iterator[dict[str, Any]]:
        for draft in drafts:
            args = self.rendering.args(draft, scope, table[draft.kind])
            if args is not None:
                yield {draft.kind: args}

    def _probes(self, scope: Scope) -> Iterator[ProbeSpec]:
        for rendered in self._rendered(self.draft.probes, self.tables.probes, scope):
            [(kind, options)] = rendered.items()
            yield ProbeSpec(kind=kind, options=options)

    # -- its release

    def _released(self, host: str, scope: Scope, endpoint: Endpoint) -> tuple[Build, tuple[Written, ...]]:
        assert self.keys.release
        keys, at = self.keys.release, (*self.draft.spot, "release")
        version = self._version(host)
        path = self._release_path(keys, host, scope.with_(version=version))
        inside = self._released_scope(scope, version, path, TOKEN).without(**NO_RUN)
        tasks = HostTasks()
        deploy = tuple(self._tasks("deploy", host, inside, tasks))
        artifact, digest = self._artifact(keys, scope.with_(version=version))
        build = Build(
            version=version,
            path=path,
            artifact=artifact,
            artifact_digest=digest,
            files=tuple(tasks.files),
            kept_files=tuple(tasks.kept_files),
            shared=keys.shared,
            owner=self.rendering.text(keys.owner or "", (*at, "owner"), scope),
            keep=keys.keep,
        )
        return identified(build, deploy, self.contents)

    def _released_scope(self, scope: Scope, version: str, path: str, id8: str) -> Scope:
        return scope.with_(
            version=version, release_dir=f"{path}/releases/{version}-{id8}", current_dir=f"{path}/current"
        )

    def _version(self, host: str) -> str:
        assert self.keys.release
        spot: Spot = (*self.draft.spot, "release", "version")
        scope = self.scopes.of(host)
        if "version" in self.keys.release.version and "version" not in self.scopes.variables(host):
            scope = scope.without(version="is not defined: say -e version=1.1")
        version = self.rendering.text(self.keys.release.version, spot, scope)
        allowed = version[:1].isalnum() and all(c.isalnum() or c in "._+~-" for c in version) and version.isascii()
        if version and not allowed:
            self.rendering.wrong(spot, f"version: `{version}` cannot name a folder: {VERSION}")
        return version

    def _release_path(self, keys: ReleaseKeys, host: str, scope: Scope) -> str:
        spot: Spot = (*self.draft.spot, "release", "path")
        written = self.scopes.variables(host).get("release_path") or keys.path or f"/srv/{self.keys.name}"
        path = self.rendering.text(str(written), spot, scope).rstrip("/")
        if path and not path.startswith("/"):
            self.rendering.wrong(spot, f"path: `{path}` must begin with /")
        return path

    def _artifact(self, keys: ReleaseKeys, scope: Scope) -> tuple[Path, str]:
        spot: Spot = (*self.draft.spot, "release", "artifact")
        written = self.rendering.text(keys.artifact, spot, scope)
        path = self._found(written, spot, [Path.cwd(), self.beside]) if written else None
        if path is None:
            return Path(written), ""
        try:
            return path, self.contents.artifact(path)
        except (BadTarball, OSError) as error:
            self.rendering.wrong(spot, f"artifact: {error}")
            return path, ""

    def _found(self, written: str, spot: Spot, folders: Sequence[Path]) -> Path | None:
        if "://" in written:
            self.rendering.wrong(spot, "artifacts from a URL are not in this version: name a file or folder")
            return None
        tried = [folder / Path(written).expanduser() for folder in folders]
        found = next((path for path in tried if path.exists()), None)
        if found is None:
            where = " or ".join(dict.fromkeys(str(path) for path in tried))
            self.rendering.wrong(spot, f"there is no {where}")
        return found

    # -- tasks

    def _once(self, name: str, scope: Scope) -> Iterator[Written]:
        return self._tasks(name, self.hosts[0], scope, HostTasks())

    def _tasks(self, name: str, host: str, scope: Scope, tasks: HostTasks) -> Iterator[Written]:
        for draft in self.draft.tasks[name]:
            if not self.rendering.truth(draft.keys.when, draft.spot, scope):
                continue
            args = self.rendering.args(draft, scope, self.tables.steps[draft.kind])
            if args is None:
                continue
            if draft.kind in ("copy", "template"):
                args = self._file(draft, args, name, scope, tasks)
            if args is not None:
                yield self._written(draft, args, scope)

    def _written(self, draft: Draft, args: Mapping[str, Any], scope: Scope) -> Written:
        keys = draft.keys
        if keys.become is False:
            self.rendering.wrong(draft.spot, "`become: false` of a single task is not in this version")
        return Written(
            step=draft.kind,
            args=args,
            name=self.rendering.text(keys.name or "", draft.spot, scope),
            on=self._on(draft, scope),
            become=(keys.become_user or self.keys.become_user) if keys.become or keys.become_user else "",
            timeout=keys.timeout or 60.0,
            safe=_repeatable(draft.kind, args),
            origin=draft.place,
        )

    def _on(self, draft: Draft, scope: Scope) -> str:
        name = self.rendering.text(draft.keys.on or "", draft.spot, scope)
        if name == CONTROLLER:
            self.rendering.wrong(draft.spot, "`on: controller` is not in this version: name a host")
        elif name and name not in self.inventory.hosts:
            near = nearest(name, self.inventory.hosts)
            self.rendering.wrong(draft.spot, f"on: no host `{name}`" + (f"; did you mean `{near}`?" if near else ""))
        elif name and name not in self.hosts:
            self.machines[name] = self._endpoint(name)
        return name

    def _file(
        self, draft: Draft, args: Mapping[str, Any], name: str, scope: Scope, tasks: HostTasks
    ) -> dict[str, Any] | None:
        """A relative `dest` is part of the release; an absolute one stays a task."""
        content = self._content(draft, args, scope)
        if content is None:
            return None
        file = file_of(dict(args), self.contents.put(content))
        if file.dest.startswith("/"):
            tasks.kept_files.append(file)
            return {"dest": file.dest, "digest": file.digest, "mode": file.mode, "owner": file.owner}
        if name != "deploy" or not self.keys.release:
            self.rendering.wrong(draft.spot, f"dest: `{file.dest}` must begin with /: it is not part of a release here")
        tasks.files.append(file)
        return None

    def _content(self, draft: Draft, args: Mapping[str, Any], scope: Scope) -> bytes | None:
        if args.get("content") is not None:
            return str(args["content"]).encode()
        path = self._found(str(args["src"]), (*draft.spot, "src"), [self.beside])
        if path is None or not path.is_file():
            return None
        if draft.kind == "copy":
            return path.read_bytes()
        text = self.rendering.text(path.read_text(), (*draft.spot, "src"), scope)
        return text.encode()

    # -- balancers

    def _balancers(self) -> Iterator[BalancerSpec]:
        for draft in self.draft.balancers:
            written = dict(draft.args) if isinstance(draft.args, dict) else {}
            beside = {key: written.pop(key) for key in ("hosts", "serves") if key in written}
            keys = self.rendering.checked(beside, draft.spot, BalancerKeys)
            if keys is None:
                continue
            path = draft.spot[len(self.draft.spot) :]
            serves = self._select(keys["serves"], *path, "serves") if keys["serves"] else self.hosts  # type: ignore[arg-type]
            for name in self._select(keys["hosts"], *path, "hosts"):  # type: ignore[arg-type]
                yield from self._balancer(draft, name, written, serves)

    def _balancer(
        self, draft: Draft, name: str, written: Mapping[str, Any], serves: tuple[str, ...]
    ) -> Iterator[BalancerSpec]:
        endpoint = self.inventory.endpoint(name, self.scopes.of(name).text)
        self.machines[name] = endpoint
        wins: dict[str, Any] = {"socket": endpoint.haproxy_socket} if endpoint.haproxy_socket else {}
        if "ansible_become" in self.scopes.variables(name):
            wins |= {"become": endpoint.become, "become_user": endpoint.become_user}
        draft = replace(draft, args={**written, **wins})
        options = self.rendering.args(draft, self.scopes.of(name), self.tables.balancers[draft.kind])
        if options is not None:
            yield BalancerSpec(name=name, kind=draft.kind, on=name, serves=serves, options=options)


def _repeatable(step: str, args: Mapping[str, Any]) -> bool:
    """Whether it may be done again without looking first."""
    if step == "run":
        return bool(args.get("creates") or args.get("unless"))
    return step != "http" or args.get("method", "GET") in ("GET", "HEAD")
