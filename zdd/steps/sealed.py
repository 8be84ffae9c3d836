"""Files with secrets in them. Content and checksum go by stdin: what stands in a command line, everybody can read."""

from hashlib import sha256

from zdd.model import File
from zdd.steps.place import Home, Place
from zdd.steps.shell import REFUSED, quote, script
from zdd.transport import Command

SUM = ".sum"  # beside a kept one: the checksum, which no plan or store has


def upload(here: Place, file: File, target: str, mode: str) -> None:
    """With the values in their places, from the file that was frozen with references."""
    text = here.site.reveal(here.site.content(file.digest).read_text())
    here.do(write(target, text, mode))


def keep(here: Place, file: File) -> None:
    """For a later way back, which may have another secret, or no controller that knows this one."""
    text = here.site.reveal(here.site.content(file.digest).read_text())
    here.do(write(here.home.file(file.kept), text, "0600", summed=True))


def write(target: str, text: str, mode: str, *, summed: bool = False) -> Command:
    """In place at once, and only if all of it has come."""
    content = text.encode()
    body = f"""
umask 077
target={quote(target)}
mkdir -p "${{target%/*}}"
beside=$(mktemp "${{target%/*}}/.zdd-sealed.XXXXXX")
trap 'rm -f "$beside"' EXIT
read -r sum
cat > "$beside"
[ "$(digest "$beside")" = "$sum" ] || no {REFUSED} "what arrived is not what was sent"
chmod {quote(mode)} "$beside"
flush "$beside"
{'printf %s "$sum" > "$target.sum"' if summed else ":"}
mv -fT "$beside" "$target"
"""
    stdin = sha256(content).hexdigest().encode() + b"\n" + content
    return Command(verb="file.seal", script=script(body), args={"target": target}, stdin=stdin, changes=True)


def wanted(home: Home, file: File) -> str:
    """A line of shell: what the content's checksum must be; empty where the host has not kept it."""
    if not file.seal:
        return f"want={quote(file.digest)}"
    return f"want=$(cat {quote(home.file(file.kept) + SUM)} 2>/dev/null || :)"
