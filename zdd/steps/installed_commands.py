"""What zdd keeps on a host about what that installs itself: which release it is, and the records of earlier ones."""

from collections.abc import Iterable

from zdd.model import Release
from zdd.steps.place import Home
from zdd.steps.release_commands import forget_kept
from zdd.steps.shell import SAME, quote, script
from zdd.transport import Command

MINE = "installed"  # its id and version, one line


def keep(home: Home, release: Release) -> Command:
    """Holds as long as the host tells that version."""
    body = f"""
umask 007
home {quote(home.state)} {quote(home.fleet)}
cd {quote(home.folder)}
printf '%s %s\\n' {quote(release.id)} {quote(release.version)} > {MINE}.new
flush {MINE}.new
mv -fT {MINE}.new {MINE}
flush .
"""
    args = {"folder": home.folder, "name": release.name, "id": release.id}
    return Command(verb="installed.keep", script=script(body, home=True), args=args, changes=True)


def forget(home: Home) -> Command:
    body = f"""
cd {quote(home.folder)} 2>/dev/null || {{ echo {SAME}; exit 0; }}
[ -f {MINE} ] || {{ echo {SAME}; exit 0; }}
rm {MINE}
flush .
"""
    return Command(verb="installed.forget", script=script(body), args={"folder": home.folder}, changes=True)


def available(version: str, asked: str) -> Command:
    """Exit 0: the host can install that version now."""
    line = f"sh -c {quote(asked)} < /dev/null"
    return Command(
        verb="installed.available", script=line, args={"version": version, "line": asked}, timeout=60.0, users_own=True
    )


def prune(folder: str, keep: int, protected: Iterable[str]) -> Command:
    """The newest records stay, and the protected ones; what they were to install is the host's own matter."""
    body = f"""
cd {quote(folder)}/releases 2>/dev/null || exit 0
kept=0
ls -1t -- *.json 2>/dev/null | while IFS= read -r record; do
  kept=$((kept + 1))
  case "${{record%.json}}" in {"|".join(map(quote, ["", *protected]))}) continue;; esac
  if [ "$kept" -gt {int(keep)} ]; then rm -f -- "$record"; printf '%s\\n' "${{record%.json}}"; fi
done
{forget_kept(folder, keep)}
"""
    args = {"folder": folder, "keep": keep, "protected": tuple(protected)}
    return Command(verb="installed.prune", script=script(body), args=args, changes=True, timeout=300.0)
