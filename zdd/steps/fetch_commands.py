"""An artifact that each host fetches itself. The controller never sees it, so the host looks through it before it is
unpacked, and at what came out."""

from zdd.model import Release
from zdd.steps.shell import REFUSED, SAME, quote, script
from zdd.transport import Command

MOST_KIB = 8 << 20  # that it may unpack to
NO_TOOL = 69

# Names, which tar shortens and says so; hard links; then the kinds: setuid, devices and sockets show in the first word
# that `tar -tv` prints.
LOOK = """
if [ "$(head -c 2 "$target" | od -An -tx1 | tr -d ' \\n')" = 1f8b ]; then z=z; else z=; fi
bad=$( (tar -tv${z}f "$target" 2>&1 >/dev/null; tar -t${z}f "$target" 2>/dev/null) |
  grep -E 'emoving leading|^/|(^|/)\\.\\.(/|$)' | head -n 1)
[ -z "$bad" ] || no 65 "it leads out of the release: $bad"
bad=$(tar -tv${z}f "$target" 2>/dev/null | grep -E '^[-h].* (link to|->) (/|(.*/)?\\.\\./)' | head -n 1)
[ -z "$bad" ] || no 65 "it leads out of the release: $bad"
bad=$(tar -tv${z}f "$target" 2>/dev/null | grep -vE '^[-dlh][-rwxtT]{9}' | head -n 1)
[ -z "$bad" ] || no 65 "it is neither a file, a folder nor a link, or it is setuid: $bad"
"""
LINKS = """
cd "$tmp"
here=$(pwd -P)
find . -type l | while IFS= read -r link; do
  to=$(readlink "$link")
  case "$to" in /*) no 65 "$link links to $to, outside of the release";; *..*) ;; *) continue;; esac
  case "$(readlink -f "$link" || :)" in "$here"/*) ;; *) no 65 "$link links to $to, outside of the release";; esac
done
"""


def fetch(release: Release) -> Command:
    """With curl or wget, verified, in place at once. Prints `unchanged` where it is there already."""
    body = f"""
umask 077
cd {quote(release.path)}
mkdir -p .zdd
target=.zdd/{quote(release.artifact)}; url={quote(release.url)}; beside=$target.part
if [ -f "$target" ] && [ "$(digest "$target")" = {quote(release.artifact)} ]; then echo {SAME}; exit 0; fi
rm -f "$beside"
trap 'rm -f "$beside"' EXIT
if command -v curl >/dev/null 2>&1; then
  curl -fsSL --proto '=https,http' --connect-timeout 15 --retry 2 -o "$beside" "$url"
elif command -v wget >/dev/null 2>&1; then wget -q -T 15 -O "$beside" "$url"
else no {NO_TOOL} 'has neither curl nor wget'; fi || no 1 "$url cannot be fetched"
is=$(digest "$beside")
[ "$is" = {quote(release.artifact)} ] || no {REFUSED} "$url is not what sha256 says: it is $is"
flush "$beside"
mv -f "$beside" "$target"
"""
    args = {"url": release.url, "sha256": release.artifact}
    return Command(verb="release.fetch", script=script(body), args=args, changes=True)


def unpack(release: Release, tmp: str) -> str:
    """Lines of shell, in the release path: looked through, unpacked into `tmp`, looked at."""
    return f"""target=.zdd/{quote(release.artifact)}; tmp={tmp}
{LOOK.strip()}
tar -xo${{z}}f "$target" -C "$tmp"
[ "$(du -sk "$tmp" | cut -f1)" -le {MOST_KIB} ] || no {REFUSED} "it unpacks to more than {MOST_KIB >> 20} GiB"
({LINKS.strip()}) || exit $?"""
