"""What a host says about itself: one command asks for everything, one line answers each question."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from zdd.model import Release
from zdd.steps.mark import Mark
from zdd.steps.place import Home, Place
from zdd.steps.shell import quote, script
from zdd.transport import Command

TOOLS = ("flock", "sha256sum", "tar", "gzip", "readlink", "stat", "python3", "getconf", "curl", "wget")

RUNS = """
state={state}; folder={folder}; path={path}; asks={asks}; name=
line() {{ printf '%s %s\\n' "$1" "$(tr '\\n' ' ' < "$2")"; }}
if [ -L "$path/current" ]; then name=$(readlink "$path/current"); printf 'current %s\\n' "$name"
elif [ -e "$path/current" ]; then echo plain; fi
for marker in "$path"/releases/*/.zdd-complete; do
  if [ -f "$marker" ]; then
    id=; of=${{marker%/*}}
    read -r id < "$marker" || :
    printf 'release %s %s\\n' "$id" "${{of##*/}}"
  fi
done
if [ -n "$asks" ]; then
  exec 3>&1
  why=$(
    exec 4>&1
    said=$(sh -c "$asks" 2>&4 3>&- 4>&- < /dev/null) && code=0 || code=$?
    printf 'says %s %s\\n' "$code" "$(printf '%s' "$said" | tr '\\n\\r' '\\t\\t')" >&3
  )
  exec 3>&-
  printf 'why %s\\n' "$(printf '%s\\n' "$why" | tail -n 1)"
  if [ -f "$folder/installed" ]; then
    read -r id version < "$folder/installed" || :
    printf 'installed %s %s\\n' "$id" "$version"; name=$version-$(printf '%.8s' "$id")
  fi
fi
for mark in "$state"/*/mark; do if [ -f "$mark" ]; then line mark "$mark"; fi; done
if [ -f "$folder/out" ]; then line out "$folder/out"; fi
"""

Lines = Sequence[tuple[str, str]]

FITS = """
supervisor={supervisor}
above() {{ d=$1; while [ ! -e "$d" ]; do d=$(dirname -- "$d"); done; printf '%s' "$d"; }}
may() {{
  if [ -d "$1" ] && [ -w "$1" ] && [ -x "$1" ]; then echo ready
  elif [ ! -e "$1" ] && [ -w "$(above "$1")" ]; then echo free
  elif sudo -n true 2>/dev/null; then echo sudo
  else echo no; fi
}}
printf 'boot %s\\n' "$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || :)"
for tool in {tools}; do if command -v "$tool" >/dev/null 2>&1; then echo "tool $tool"; fi; done
if mv -T /.zdd-a /.zdd-b 2>&1 | grep -qi option; then :; else echo 'tool mv -T'; fi
if [ -d /run/systemd/system ]; then echo 'tool systemd'; fi
if [ -S "$supervisor" ]; then echo 'tool supervisor'; fi
echo "home $(may "$folder")"
echo "path $(may "$path")"
frozen=$folder/releases/${{name##*/}}.json
if [ -n "$name" ] && [ -f "$frozen" ]; then line frozen "$frozen"; fi
for of in "$path" "$folder"; do
  printf 'bytes %s\\n' "$(df -Pk "$(above "$of")" 2>/dev/null | tail -n 1)"
  printf 'inodes %s\\n' "$(df -Pi "$(above "$of")" 2>/dev/null | tail -n 1)"
done
"""


class Placed(Protocol):
    """A release, or what one is made of: below which path it lies, or what tells which version a host runs."""

    @property
    def path(self) -> str: ...

    @property
    def current(self) -> str: ...


def read_runs(home: Home, of: Placed | None) -> Command:
    """What it runs and has, and whose marks it bears: a few milliseconds. Changes nothing."""
    return _asked("host.runs", RUNS, home, of)


def read_host(home: Home, of: Placed | None, supervisor: str = "") -> Command:
    """Everything that zdd wants to know of a host before it touches it. Changes nothing."""
    return _asked("host.read", RUNS + FITS, home, of, supervisor=supervisor)


def _asked(verb: str, text: str, home: Home, of: Placed | None, **more: str) -> Command:
    placed = {"path": (of and of.path) or "/", "asks": of.current if of else ""}
    values = {"state": home.state, "folder": home.folder, **placed, **more}
    body = text.format(tools=" ".join(TOOLS), **{name: quote(value) for name, value in values.items()})
    return Command(verb=verb, script=script(body), args=values, timeout=30.0, users_own=bool(values["asks"]))


def read_record(home: Home, release: str) -> Command:
    """The frozen record of any release that the host has."""
    kept = home.record(release)
    return Command(verb="record.read", script=f"cat {quote(kept)} 2>/dev/null || :", args={"record": kept})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a host answered when it was asked which version it runs of what it installs itself."""

    exit: int
    text: str = ""  # several lines are joined by tabs
    why: str = ""  # the last line of its stderr

    @property
    def version(self) -> str:
        """Empty: it runs none."""
        return "" if self.exit else self.text

    def __str__(self) -> str:
        return self.version or " ".join(filter(None, ("nothing", self.why and f"({self.why})")))


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """How a host is now."""

    current: str = ""  # the name of the release that `current` points at, or that it tells; empty: it runs none
    said: Said | None = None  # where it was asked
    plain: bool = False  # `current` is there, and is no link into `releases/`
    releases: Mapping[str, str] = field(default_factory=dict)  # complete ones: name -> full id
    marks: tuple[Mark, ...] = ()  # of whatever fleet
    note: str = ""  # "out by RUN": zdd itself has left the host out
    frozen: str = ""  # the record of `current`, as the host has kept it
    boot: str = ""
    tools: frozenset[str] = frozenset()
    home: str = "ready"  # of the fleet's folder: ready · free (can be made) · sudo · no
    path: str = "ready"  # of the release path
    free_bytes: int | None = None  # the least of both; None: nobody can tell
    free_inodes: int | None = None

    @property
    def complete(self) -> bool:
        """`current` names a release that is whole."""
        return self.current in self.releases

    def runs(self, release: Release) -> bool:
        return self.current == release.name and self.releases.get(release.name) == release.id

    def has(self, release: Release) -> bool:
        return self.releases.get(release.name) == release.id


def runs_now(here: Place, of: Placed | None) -> HostState:
    """Asks the task's machine what it runs. Raises `Lost`, `Failed`."""
    return parse(here.do(read_runs(here.home, of)).out, of)


def parse(text: str, of: Placed | None) -> HostState:
    """The answer to either."""
    said = [line.partition(" ")[::2] for line in text.splitlines()]
    link = _last(said, "current")
    current = _release(link, of.path if of else "")
    state = HostState(
        current=current,
        plain=("plain", "") in said or bool(link and not current),
        releases={name: id for id, _, name in (line.partition(" ") for line in _all(said, "release"))},
        marks=tuple(Mark.read(text) for text in _all(said, "mark")),
        note=_last(said, "out").strip(),
        frozen=_last(said, "frozen"),
        boot=_last(said, "boot"),
        tools=frozenset(_all(said, "tool")),
        home=_last(said, "home") or "no",
        path=_last(said, "path") or "no",
        free_bytes=_least(1024 * blocks for blocks in map(_available, _all(said, "bytes")) if blocks is not None),
        free_inodes=_least(inodes for inodes in map(_available, _all(said, "inodes")) if inodes is not None),
    )
    return _told(state, said) if _all(said, "says") else state


def _told(state: HostState, lines: Lines) -> HostState:
    """By the host's own word. What zdd has installed there it knows by name as long as the host tells that version."""
    code, _, text = _last(lines, "says").partition(" ")
    said = Said(exit=int(code), text=text.strip(), why=_last(lines, "why").strip())
    id, _, version = _last(lines, "installed").partition(" ")
    ours = bool(said.version) and version == said.version
    current = f"{version}-{id[:8]}" if ours else said.version
    return replace(
        state,
        current=current,
        said=said,
        plain=False,
        releases={current: id if ours else ""} if current else {},
        frozen=state.frozen if ours else "",
    )


def _release(link: str, path: str) -> str:
    """The name of the release that a link points at, if it does."""
    folder, _, name = link.removeprefix(f"{path}/").rpartition("/")
    return name if folder == "releases" else ""


def _available(line: str) -> int | None:
    """The third number of a line of `df -P`. Some file systems count no inodes, and say 0 of 0 or a dash."""
    found = re.search(r"\s(\d+)\s+(\d+)\s+(\d+)\s+\S+\s+/", f" {line}")
    return int(found[3]) if found and int(found[1]) else None


def _least(numbers: Iterable[int]) -> int | None:
    return min(numbers, default=None)


def _all(said: Iterable[tuple[str, str]], what: str) -> list[str]:
    return [value for key, value in said if key == what]


def _last(said: Iterable[tuple[str, str]], what: str) -> str:
    return (_all(said, what) or [""])[-1]
