"""Services under systemd."""

from collections.abc import Mapping

from zdd.steps.shell import SAME, quote, script
from zdd.transport import Command

# A unit that failed too often is refused a start until its failures are forgotten.
START = """
systemctl reset-failed -- "$name" 2>/dev/null || :
systemctl {verb} -- "$name"
systemctl is-active --quiet -- "$name" || no 1 "$name is $(systemctl is-active -- "$name" || :) after {verb}"
"""
# The invocation changes at each start: the same one means that nothing was restarted.
CHANGES = {
    "started": f'if systemctl is-active --quiet -- "$name"; then echo {SAME}; exit 0; fi{START.format(verb="start")}',
    "stopped": f"""
if [ "$(systemctl show -p ActiveState --value -- "$name")" = inactive ]; then echo {SAME}; exit 0; fi
systemctl stop -- "$name"
""",
    "restarted": f"""
before=$(systemctl show -p InvocationID --value -- "$name"){START.format(verb="restart")}
after=$(systemctl show -p InvocationID --value -- "$name")
[ -z "$after" ] || [ "$after" != "$before" ] || no 1 "$name still runs as invocation $after"
printf 'invocation %s\\n' "$after"
""",
    "reloaded": """
systemctl reload -- "$name"
systemctl is-active --quiet -- "$name" || no 1 "$name is not active after reload"
""",
}
STATUS = """
if ! systemctl is-active --quiet -- "$name"; then echo stopped; exit 0; fi
pid=$(systemctl show -p MainPID --value -- "$name")
if [ ! -r "/proc/$pid/stat" ]; then echo running; exit 0; fi
ticks=$(sed 's/^.*) //' "/proc/$pid/stat" | cut -d' ' -f20)
boot=$(sed -n 's/^btime //p' /proc/stat)
echo "running $pid $((boot + ticks / $(getconf CLK_TCK 2>/dev/null || echo 100)))"
"""
# A unit that is told to stop while it stops is not told again: systemd sends no second signal.
QUIESCE = """
case $(systemctl show -p ActiveState --value -- "$name") in inactive | deactivating) echo unchanged; exit 0 ;; esac
systemctl stop --no-block -- "$name"
"""
# Its control group has all of them, those too whose parent is gone; cgroup 2, or systemd's own tree of cgroup 1. Groups
# go while they are read, when the last process ends: then it is read anew.
PROCESSES = """
group=$(systemctl show -p ControlGroup --value -- "$name")
[ -n "$group" ] || exit 0
for tree in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
  [ -d "$tree$group" ] || continue
  for again in 1 2 3 4 5; do
    if pids=$(find "$tree$group" -name cgroup.procs -exec cat {} +); then printf '%s\n' "$pids"; exit 0; fi
    [ -d "$tree$group" ] || exit 0
  done
  no 1 "$tree$group cannot be read"
done
"""
STOPPING = """
if [ "$(systemctl show -p LoadState --value -- "$name")" != loaded ]; then echo absent; exit 0; fi
printf 'limit %s\\n' "$(systemctl show -p TimeoutStopUSec --value -- "$name")"
if [ "$(systemctl show -p KillMode --value -- "$name")" = control-group ]; then echo group; fi
"""


class Systemd:
    """Implements `ServiceManager`."""

    def __init__(self, options: Mapping[str, str]) -> None:
        self._options = options

    def change(self, name: str, state: str) -> Command:
        reload = """
if [ "$(systemctl show -p NeedDaemonReload --value -- "$name")" = yes ]; then systemctl daemon-reload; fi
"""
        args = {"name": name, "state": state}
        text = f"name={quote(name)}{reload}{CHANGES[state]}"
        return Command(verb=f"service.{state}", script=script(text), args=args, changes=True)

    def status(self, name: str) -> Command:
        return Command(verb="service.status", script=script(f"name={quote(name)}{STATUS}"), args={"name": name})

    def quiesce(self, name: str) -> Command:
        text = f"name={quote(name)}{QUIESCE}"
        return Command(verb="service.quiesced", script=script(text), args={"name": name}, changes=True)

    def kill(self, name: str) -> Command:
        line = f'name={quote(name)}\nsystemctl kill --signal=KILL -- "$name"\n'
        return Command(verb="service.killed", script=script(line), args={"name": name}, changes=True)

    def processes(self, name: str) -> Command:
        return Command(verb="service.processes", script=script(f"name={quote(name)}{PROCESSES}"), args={"name": name})

    def stopping(self, name: str) -> Command:
        return Command(verb="service.stopping", script=script(f"name={quote(name)}{STOPPING}"), args={"name": name})

    def log(self, name: str) -> Command:
        line = f"journalctl -u {quote(name)} -n 20 --no-pager -o cat 2>/dev/null"
        return Command(verb="service.log", script=script(line), args={"name": name})
