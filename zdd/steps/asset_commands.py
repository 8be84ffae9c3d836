"""Assets: files that pages of one release ask of a host that runs another, so that all releases of a host share them.

They live in `<path>/assets/`, and each release has a link there in their place and a list of its own. A file takes its
place by one rename and is never changed; it goes when no release that is still there names it.
"""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from zdd.model import Release
from zdd.steps.shell import REFUSED, quote, script
from zdd.transport import Command

LIST = ".zdd-assets"  # in a release: the names of its assets, one a line

# Whole folders come beside first, which may be a copy to another disk. What is there already stays as it is.
GATHER = rf"""
new=assets/.tmp-new
rm -rf assets/.tmp-*
mkdir -p "$new"
lines() {{ while IFS= read -r line; do if [ -e "$1/${{line#*  }}" ]; then printf '%s\n' "$line"; fi; done; }}
gather() {{
  strange=$(find "$new" \( ! -type f ! -type d \) -o -name '*\\*' -o -name '*
*' | head -n 1)
  [ -z "$strange" ] || no {REFUSED} "${{strange#"$new"/}} can be no asset: a plain file with a plain name can"
  own "$new"
  sums=$(cd "$new" && find . -type f -exec sha256sum {{}} +)
  other=$(printf '%s\n' "$sums" | lines assets | (cd assets && sha256sum -c 2>/dev/null || :) |
    sed -n 's|^\./\(.*\): FAILED.*|\1|p' | head -n 1)
  [ -z "$other" ] || no {REFUSED} "$other has other contents in a release that is still there: give it another name"
  (cd "$new" && find . -type d) | while IFS= read -r folder; do
    [ -d "assets/$folder" ] || {{ mkdir "assets/$folder"; own "assets/$folder"; }}
    find "$new/$folder" -maxdepth 1 -type f -exec sh -c 'mv -n -- "$@" "$0/" || :' "assets/$folder" {{}} +
  done
  printf '%s\n' "$sums" | while IFS= read -r line; do
    [ -z "$line" ] || [ -f "assets/${{line#*  }}" ] || no 70 "assets/${{line#*  }} could not be put there"
  done
  rm -rf "$new"
  flush assets
}}
"""


def take(release: Release) -> Command:
    """What `current` still has for itself comes along: hosts that have left it behind serve it too. `current` is only
    read."""
    body = f"""
umask 022
cd {quote(release.path)} 2>/dev/null || exit 0
[ -L current ] || exit 0
{_owning(release.owner)}{GATHER}
for item in {_words(release.assets)}; do
  if [ ! -d "current/$item" ] || [ -L "current/$item" ]; then continue; fi
  mkdir -p "$new/$item"
  cp -Rp "current/$item/." "$new/$item/"
done
find "$new" ! -type f ! -type d -exec rm -f {{}} +
gather
"""
    args = {"path": release.path, "items": release.assets}
    return Command(verb="assets.take", script=script(body), args=args, changes=True)


def share(release: Release) -> str:
    """Part of a script, inside of `path` with the unfinished release in `$tmp`: its assets for all, links to them."""
    if not release.assets:
        return ""
    moves = "".join(_move(PurePosixPath(item)) for item in release.assets)
    return f'{_owning(release.owner)}{GATHER}: > "$tmp"/{LIST}\n{moves}gather\n'


def _move(item: PurePosixPath) -> str:
    inside, beside = f'"$tmp"/{quote(str(item))}', f'"$new"/{quote(str(item))}'
    up = "../" * (len(item.parts) + 1)
    absent = quote(f"the release has no folder {item}")
    return f"""if [ ! -d {inside} ] || [ -L {inside} ]; then no {REFUSED} {absent}; fi
(cd "$tmp" && find {quote(str(item))} -type f) >> "$tmp"/{LIST}
mkdir -p "${{new}}"/{quote(str(item.parent))}
mv -T {inside} {beside}
ln -s {quote(f"{up}assets/{item}")} {inside}
"""


def forget(items: Iterable[str]) -> str:
    """Part of a script, inside of `path`: what no release names goes. Prints how many. One without a list is older
    than its assets' sharing."""
    return f"""
named() {{
  for marker in releases/*/.zdd-complete; do
    of=${{marker%/*}}
    if [ -f "$of/{LIST}" ]; then cat "$of/{LIST}"; continue; fi
    for item in {_words(items)}; do
      if [ -d "$of/$item" ] && [ ! -L "$of/$item" ]; then (cd "$of" && find "$item" -type f); fi
    done
  done
}}
if [ -d assets ]; then
  rm -rf assets/.tmp-*
  {{ named; named; (cd assets && find . -type f | sed 's|^\\./||'); }} | sort | uniq -u | (
    gone=0
    while IFS= read -r name; do rm -f -- "assets/$name"; gone=$((gone + 1)); done
    [ "$gone" = 0 ] || echo "$gone assets"
  )
fi
"""


def compare(path: str, items: Iterable[str], files: Mapping[str, str]) -> Command:
    """Prints `other NAME` for each of `files` (name -> SHA-256) that the host has with other contents, and `own FOLDER`
    for each that `current` does not share though files are new to it. Changes nothing."""
    body = f"""
cd {quote(path)} 2>/dev/null || exit 0
lines=$(cat)
each() {{ printf '%s\\n' "$lines" | while IFS= read -r line; do "$@" "${{line%%  *}}" "${{line#*  }}"; done; }}
there() {{
  if [ -e "assets/$2" ]; then printf '%s  %s\\n' "$1" "assets/$2"
  elif [ -e "current/$2" ]; then printf '%s  %s\\n' "$1" "current/$2"; fi
}}
lacks() {{ case "$3" in "$1"/*) [ -e "current/$3" ] || echo lacks;; esac; }}
each there | {{ sha256sum -c 2>/dev/null || :; }} | sed -n 's|^[^/]*/\\(.*\\): FAILED.*|other \\1|p'
[ -L current ] || exit 0
for item in {_words(items)}; do
  if [ ! -L "current/$item" ] && [ -n "$(each lacks "$item")" ]; then printf 'own %s\\n' "$item"; fi
done
"""
    lines = "".join(f"{sum}  {name}\n" for name, sum in files.items())
    args = {"path": path, "items": tuple(items), "files": dict(files)}
    return Command(verb="assets.compare", script=script(body), args=args, stdin=lines.encode(), timeout=120.0)


def _owning(owner: str) -> str:
    gives = f'chown -Rh {quote(owner)} "$1"' if owner else ":"
    return f"own() {{ {gives}; }}\n"


def _words(items: Iterable[str]) -> str:
    return " ".join(map(quote, items))
