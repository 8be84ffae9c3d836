"""Files outside of releases: put in place at once, what was there kept once a run, and put back."""

from hashlib import sha256

from zdd.model import File
from zdd.steps.place import Home
from zdd.steps.sealed import wanted
from zdd.steps.shell import MISSING, REFUSED, SAME, quote, script
from zdd.transport import Command


def put(home: Home, file: File, run: str) -> Command:
    """Prints `unchanged`, or the digest of what it kept (`absent`: there was nothing). Exit 66: no content."""
    body = f"""
umask 007
{wanted(home, file)}
source={quote(home.file(file.kept))}; dest={quote(file.dest)}; beside={quote(_beside(file.dest))}
mode={quote(file.mode.lstrip("0") or "0")}; owner={quote(file.owner)}
owned() {{
  case "$owner" in
    '') ;;
    *:*) [ "$(stat -c %U:%G "$dest")" = "$owner" ];;
    *) [ "$(stat -c %U "$dest")" = "$owner" ];;
  esac
}}
if [ -d "$dest" ]; then no {REFUSED} "$dest is a folder"; fi
if [ -f "$dest" ] && [ ! -L "$dest" ] && [ "$(digest "$dest")" = "$want" ] \\
  && [ "$(stat -c %a "$dest")" = "$mode" ] && owned; then echo {SAME}; exit 0; fi
[ -f "$source" ] && [ "$(digest "$source")" = "$want" ] || no {MISSING} "$source is not there"
home {quote(home.state)} {quote(home.fleet)}
{_keep(home, file.dest, run)}
(umask 077; cp "$source" "$beside")
chmod "$mode" "$beside"
if [ -n "$owner" ]; then chown "$owner" "$beside"; fi
flush "$beside"
mv -fT "$beside" "$dest"
flush "${{dest%/*}}/"
cat "$kept.was"
"""
    args = {"folder": home.folder, "dest": file.dest, "digest": file.digest, "run": run}
    return Command(verb="file.put", script=script(body, home=True), args=args, changes=True)


def restore(home: Home, dest: str, run: str, digest: str = "") -> Command:
    """As it was before the run. Prints `unchanged` where nothing was kept. `digest`: what the kept file must be."""
    body = f"""
umask 077
kept={quote(_kept(home, dest, run))}; dest={quote(dest)}; beside={quote(_beside(dest))}
[ -f "$kept.was" ] || {{ echo {SAME}; exit 0; }}
was=$(cat "$kept.was")
known={quote(digest)}
[ "${{known:-$was}}" = "$was" ] || no {REFUSED} "what was kept of $dest is not what the journal knows"
if [ "$was" = absent ]; then rm -f "$dest"; exit 0; fi
is=$([ "$was" = link ] && echo link || digest "$kept.old")
[ "$is" = "$was" ] || no {REFUSED} "what was kept of $dest is damaged"
rm -f "$beside"
cp -pP "$kept.old" "$beside"
flush "${{dest%/*}}/"
mv -fT "$beside" "$dest"
flush "${{dest%/*}}/"
"""
    args = {"folder": home.folder, "dest": dest, "run": run}
    return Command(verb="file.restore", script=script(body), args=args, changes=True)


def has(home: Home, file: File) -> Command:
    """Exit 0 if that content is there."""
    body = f"""{wanted(home, file)}
[ -f {quote(file.dest)} ] && [ "$(digest {quote(file.dest)})" = "$want" ]"""
    return Command(verb="file.has", script=script(body), args={"dest": file.dest, "digest": file.digest})


def read(dest: str) -> Command:
    """What is there, for people: its first megabyte. Exit 66: nothing is."""
    body = f"[ -f {quote(dest)} ] || exit {MISSING}\nhead -c 1048576 {quote(dest)}"
    return Command(verb="file.read", script=script(body), args={"dest": dest})


def _keep(home: Home, dest: str, run: str) -> str:
    """`.was` is written last: half-kept is not kept, and what is kept once is never written again."""
    return f"""kept={quote(_kept(home, dest, run))}
mkdir -p "${{kept%/*}}"
if [ ! -f "$kept.was" ]; then
  if [ -L "$dest" ]; then cp -pP "$dest" "$kept.old"; was=link
  elif [ -f "$dest" ]; then cp -p "$dest" "$kept.old"; was=$(digest "$kept.old")
  elif [ -e "$dest" ]; then no {REFUSED} "$dest is no ordinary file"
  else was=absent; fi
  printf '%s' "$was" > "$kept.new"
  flush "${{kept%/*}}"
  mv -f "$kept.new" "$kept.was"
fi"""


def _kept(home: Home, dest: str, run: str) -> str:
    return f"{home.folder}/kept/{run}/{sha256(dest.encode()).hexdigest()[:32]}"


def _beside(dest: str) -> str:
    folder, _, name = dest.rpartition("/")
    return f"{folder}/.{name}.zdd"
