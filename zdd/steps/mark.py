"""What a run leaves on each host that it touches, until it is finished or given up."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from zdd.steps.place import Home
from zdd.steps.shell import REFUSED, SAME, quote, script
from zdd.transport import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Whose host it is, and how it was before."""

    run: str
    fleet: str = ""
    found: Mapping[str, Any] = field(default_factory=dict)  # before the run
    stood: Mapping[str, Any] = field(default_factory=dict)  # when the run first came, where that differs

    @property
    def text(self) -> str:
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> "Mark":
        """A mark that cannot be read is somebody's all the same."""
        try:
            said = json.loads(text)
            return cls(run=said["run"], fleet=said["fleet"], found=said["found"], stood=said["stood"])
        except (ValueError, KeyError, TypeError):
            return cls(run="unreadable")


def write(home: Home, mark: Mark, supersedes: str = "") -> Command:
    """Also takes over what a superseded run has kept, so that a way back leads to before that one."""
    adopt = f"""
if [ -d kept/{quote(supersedes)} ] && [ ! -e kept/{quote(mark.run)} ]; then
  mv -T kept/{quote(supersedes)} kept/{quote(mark.run)}
fi"""
    body = f"""
umask 007
home {quote(home.state)} {quote(home.fleet)}
cd {quote(home.folder)}{adopt if supersedes else ""}
printf '%s' {quote(mark.text)} > mark.new
flush mark.new
mv -f mark.new mark
flush .
"""
    args = {"folder": home.folder, "mark": mark, "supersedes": supersedes}
    return Command(verb="mark.write", script=script(body, home=True), args=args, changes=True)


def remove(home: Home, run: str, *, note: bool = False) -> Command:
    """The run's own mark only: another's is not ours to take. `note`: the word that zdd left the host out stays."""
    folder = quote(home.folder)
    body = f"""
[ -f {folder}/mark ] || {{ echo {SAME}; exit 0; }}
grep -qF {quote(f'"run":{json.dumps(run)}')} {folder}/mark || no {REFUSED} "the mark is another run's"
rm -f {folder}/mark{"" if note else f" {folder}/out"}
flush {folder}
"""
    args = {"folder": home.folder, "run": run, "note": note}
    return Command(verb="mark.remove", script=script(body), args=args, changes=True)


def note(home: Home, run: str) -> Command:
    """Stays when the mark is gone: zdd itself has left the host out, so no operator holds it."""
    body = f"""
umask 007
home {quote(home.state)} {quote(home.fleet)}
cd {quote(home.folder)}
printf '%s' {quote(f"out by {run}")} > out.new
flush out.new
mv -f out.new out
"""
    args = {"folder": home.folder, "run": run}
    return Command(verb="mark.note", script=script(body, home=True), args=args, changes=True)


def forget_note(home: Home) -> Command:
    body = f"""
rm -f {quote(home.folder)}/out
"""
    return Command(verb="mark.forget_note", script=script(body), args={"folder": home.folder}, changes=True)
