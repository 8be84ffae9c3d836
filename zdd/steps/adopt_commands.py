"""How a tree that zdd did not put there becomes a release: copied beside it, then `current` leads to the copy at once.

The tree itself stays as it is; who runs from it goes on, until a deploy restarts it.
"""

from dataclasses import dataclass

from zdd.model import Release
from zdd.steps.release_commands import MARKER, args_of, replaceable, tmp_of
from zdd.steps.shell import MISSING, REFUSED, SAME, quote, script
from zdd.transport import Command

BEFORE = "current.before-zdd"  # where a folder called `current` is afterwards

# Two names change places in one act (RENAME_EXCHANGE): of mv since coreutils 9.5, else of the C library. `sh` has none.
PYTHON = (
    "import ctypes, os, sys; swap = ctypes.CDLL(None, use_errno=True).renameat2; "
    "sys.argv[1:] and swap(-100, *map(os.fsencode, sys.argv[1:2]), -100, *map(os.fsencode, sys.argv[2:]), 2) "
    "and sys.exit(os.strerror(ctypes.get_errno()))"
)
EXCHANGE = f"""
python={quote(PYTHON)}
exchanger() {{
  if mv --help 2>&1 | grep -q -- --exchange; then echo mv
  elif python3 -c "$python" 2>/dev/null; then echo python3; fi
}}
exchange() {{
  case "$(exchanger)" in
    mv) mv --exchange -T "$1" "$2";;
    python3) python3 -c "$python" "$1" "$2";;
  esac
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """What is there to be adopted."""

    kind: str = "none"  # of `current`: link · folder · file · none
    source: str = ""  # the folder with the tree
    exchanger: str = ""  # what can exchange two names: mv · python3; empty: nothing
    bytes: int = 0
    free: int = 0


def look(path: str, source: str) -> Command:
    """What `current` is, or what is to become it. Changes nothing."""
    body = f"""{EXCHANGE}
source={quote(source)}
if cd {quote(path)} 2>/dev/null; then
  if [ -L current ]; then echo 'kind link'
  elif [ -d current ]; then echo 'kind folder'
  elif [ -e current ]; then echo 'kind file'; fi
  [ -n "$source" ] || source=$(readlink -f current 2>/dev/null || :)
fi
if [ -d "$source" ]; then
  printf 'source %s\\n' "$(cd "$source" && pwd -P)"
  printf 'used %s\\n' "$(du -sk "$source" 2>/dev/null | cut -f1)"
fi
d={quote(path)}; while [ ! -e "$d" ]; do d=$(dirname -- "$d"); done
printf 'free %s\\n' "$(df -Pk "$d" | awk 'END {{ print $4 }}')"
printf 'exchanger %s\\n' "$(exchanger)"
"""
    return Command(verb="adopt.look", script=script(body), args={"path": path, "source": source}, timeout=120.0)


def parse(text: str) -> Tree:
    said = dict(line.partition(" ")[::2] for line in text.splitlines())
    numbers = {key: int(said[key]) * 1024 if said.get(key, "").isdigit() else 0 for key in ("used", "free")}
    return Tree(
        kind=said.get("kind", "none"),
        source=said.get("source", ""),
        exchanger=said.get("exchanger", ""),
        bytes=numbers["used"],
        free=numbers["free"],
    )


def copy(release: Release, source: str) -> Command:
    """Where a release would be built, with owners, modes and times as they are."""
    body = f"""
source={quote(source)}
mkdir -p {quote(release.path)}
cd {quote(release.path)}
{replaceable(release)}
[ -n "$source" ] || source=$(readlink -f current)
source=$(cd "$source" && pwd -P)
case "$(pwd -P)/releases/" in "$source"/*) no {REFUSED} "$source holds the releases itself: set release.path";; esac
rm -rf {tmp_of(release)}
mkdir -p {tmp_of(release)} shared
cp -a "$source"/. {tmp_of(release)}
rm -f {tmp_of(release)}/{MARKER}
"""
    return Command(verb="adopt.copy", script=script(body), args=args_of(release), changes=True)


def switch(release: Release) -> Command:
    """`current` leads to the old tree or to its copy at every moment, also where it is a folder."""
    name = quote(f"releases/{release.name}")
    body = f"""{EXCHANGE}
cd {quote(release.path)}
is=$(cat {name}/{MARKER} 2>/dev/null || :)
[ "$is" = {quote(release.id)} ] || no {MISSING} {quote(f"releases/{release.name} is not complete")}
if [ "$(readlink current 2>/dev/null || :)" = {name} ]; then echo {SAME}; exit 0; fi
if [ -L current ] || [ ! -e current ]; then
  rm -f .current.zdd
  ln -s {name} .current.zdd
  mv -T .current.zdd current
else
  [ -n "$(exchanger)" ] || no {REFUSED} 'nothing here can exchange two names at once'
  if [ -L {BEFORE} ]; then rm {BEFORE}; fi
  [ ! -e {BEFORE} ] || no {REFUSED} '{BEFORE} is in the way'
  ln -s {name} {BEFORE}
  exchange current {BEFORE} || {{ rm -f {BEFORE}; no {REFUSED} 'current could not be exchanged'; }}
  [ "$(readlink current)" = {name} ] || no {REFUSED} 'current was not exchanged'
fi
flush .
"""
    return Command(verb="adopt.switch", script=script(body), args=args_of(release), changes=True)
