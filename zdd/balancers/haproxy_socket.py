"""HAProxy's runtime socket, spoken to on the machine it runs on with whatever that machine has: socat, nc or python3.

HAProxy ends every answer with an empty line and has no exit status: an answer without that line was cut off.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from shlex import quote

from zdd.errors import Failed, Lost, Unreachable
from zdd.transport import Command, Result, Session

NO_SOCKET, NO_TOOL, NO_STATE_FILE, NO_PERMISSION = 66, 69, 73, 77  # as sysexits.h has them
REMEDIES = {
    NO_SOCKET: ("no socket is there", "start HAProxy, or write the path of its `stats socket` as `socket`"),
    NO_TOOL: ("nothing there can speak to a socket", "install the package socat"),
    NO_PERMISSION: ("who logs in may not write to it", "write `become: true` for this balancer"),
}

# Each way in closes its writing half, or the master's socket would wait for more, and gives up after 3 silent seconds.
ASK = r"""
ask() {
    [ -S "$socket" ] || return 66
    [ -w "$socket" ] || return 77
    if command -v socat >/dev/null; then
        printf '%s\n' "$1" | socat -t 3 -T 3 - "UNIX-CONNECT:$socket"
    elif nc -h 2>&1 | grep -q 'Shutdown the network socket'; then
        printf '%s\n' "$1" | nc -N -U -w 3 "$socket"
    elif command -v python3 >/dev/null; then
        printf '%s\n' "$1" | python3 -c '
import socket, sys
with socket.socket(socket.AF_UNIX) as haproxy:
    haproxy.settimeout(3)
    haproxy.connect(sys.argv[1])
    haproxy.sendall(sys.stdin.buffer.read())
    haproxy.shutdown(socket.SHUT_WR)
    sys.stdout.buffer.writelines(iter(lambda: haproxy.recv(65536), b""))
' "$socket"
    else
        return 69
    fi
}
"""

# Processes that a reload has left behind: children of the same master as the one that answers.
LEFT = r"""
left() {
    { read -r own <"/proc/${1:-none}/stat"; } 2>/dev/null || return 0
    case $own in *'(haproxy'*) ;; *) return 0 ;; esac
    set -- "$1" ${own##*) }
    [ "$3" -gt 1 ] || return 0
    for stat in /proc/[0-9]*/stat; do
        { read -r other <"$stat"; } 2>/dev/null || continue
        case $other in "$1 "* | *') Z '*) ;; *'(haproxy'*') '?" $3 "*) printf '%s ' "${other%% *}" ;; esac
    done
}
"""

# The lock makes the last writer the one who asked last, so that a host drained at the same time is in the file too.
SAVE = r"""
save() (
    flock -w 10 9 && umask 022 && ask 'show servers state' >"$state.zdd" &&
        [ "$(head -n 1 "$state.zdd")" = 1 ] && [ -z "$(tail -n 1 "$state.zdd")" ] && mv -fT "$state.zdd" "$state"
) 9<"${state%/*}/"
"""
TELL = r"""
said=${said%.}
printf '%s' "$said"
pid=${said#*Pid: }
printf 'left %s\n\n' "$(left "${pid%%[!0-9]*}")"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeSocket:
    """One HAProxy's socket. With a `state_file`, each change writes there what became of the servers."""

    name: str
    path: str
    session: Callable[[], Session]
    become: str = ""
    state_file: str = ""

    def ask(self, *lines: str, changes: bool = False) -> tuple[Sequence[str], frozenset[int]]:
        """The answer to each line, in one exchange; and the old processes that a reload has left behind."""
        return self._answers(self._run(self.command(lines, changes=changes)), len(lines))

    def save(self) -> None:
        """Write the state file anew, where there is one."""
        if self.state_file:
            self.ask("show cli level", changes=True)

    def command(self, lines: Sequence[str], *, changes: bool = False) -> Command:
        saves = self.state_file if changes else ""
        asking = f"said=$(ask {quote(';'.join(lines))} && echo .) || exit"
        script = f"socket={quote(self.path)}\n{ASK}{LEFT}\n{asking}\n{TELL}"
        if saves:
            script += f"state={quote(saves)}\n{SAVE}\nsave || exit {NO_STATE_FILE}\n"
        args = {"lines": tuple(lines), "socket": self.path, "state_file": saves}
        return Command(verb="haproxy", script=script, args=args, changes=changes, become=self.become)

    def _run(self, command: Command) -> Result:
        try:
            return self.session().run(command)
        except Unreachable as error:
            raise Unreachable(f"{self.name}: {error}", "environment", error.output) from error
        except Lost as error:
            raise Lost(f"{self.name}: {error}", "environment", error.output) from error

    def _answers(self, result: Result, asked: int) -> tuple[Sequence[str], frozenset[int]]:
        if result.exit == NO_STATE_FILE:
            what = f"{self.name} did as it was told, but its state file {self.state_file} could not be written"
            raise Failed(what, "environment", result.err.strip())
        if not (result.ok and result.out):
            raise self._silent(result)
        *answers, left = split(result.out) or ("left",)
        if len(answers) != asked:
            what = f"HAProxy on {self.name} was asked {asked} things and gave {len(answers)} whole answers"
            raise Lost(what, "environment", result.last_words)
        return answers, frozenset(map(int, left.split()[1:]))

    def _silent(self, result: Result) -> Lost:
        why, remedy = REMEDIES.get(result.exit, ("nobody answers", "look whether HAProxy runs"))
        what = f"HAProxy on {self.name} does not answer at {self.path}: {why} ({remedy})"
        return Lost(what, "environment", result.err.strip())


def split(text: str) -> tuple[str, ...]:
    """The whole answers in what came back: each ends with an empty line, and a success may have nothing before it."""
    answers, lines = [], []
    for line in text.split("\n")[:-1]:
        if line:
            lines.append(line)
        else:
            answers.append("\n".join(lines))
            lines = []
    return tuple(answers) if not lines else ()
