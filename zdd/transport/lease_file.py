"""The lease of a fleet as a file on a machine, changed only by compare-and-set under `flock`."""

import shlex
from dataclasses import dataclass

from zdd.transport import Command, Result
from zdd.transport.home import HELPS, HOME

TAKEN = 75  # another word stands there by now


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRecord:
    """Who has the right to change a fleet. `beat` counts renewals."""

    run: str
    owner: str
    epoch: int
    beat: int = 0
    reason: str = ""

    @property
    def text(self) -> str:
        """One line per field, so that `sh` needs no parser."""
        reason = " ".join(self.reason.split())
        return f"run {self.run}\nowner {self.owner}\nepoch {self.epoch}\nbeat {self.beat}\nreason {reason}"


def parse(text: str) -> LeaseRecord | None:
    """What a machine holds; None where nobody has the fleet."""
    fields = dict(line.partition(" ")[::2] for line in text.strip().splitlines())
    if not fields.get("run"):
        return None
    return LeaseRecord(
        run=fields["run"],
        owner=fields.get("owner", ""),
        epoch=int(fields.get("epoch", "0")),
        beat=int(fields.get("beat", "0")),
        reason=fields.get("reason", ""),
    )


def read(folder: str) -> Command:
    """Prints the highest epoch that the machine has seen or leased, then the lease."""
    where = shlex.quote(folder)
    script = f"""{{ cat {where}/epoch {where}/lease.epoch 2>/dev/null; echo 0; }} | sort -n | tail -n 1
cat {where}/lease 2>/dev/null || true
"""
    return Command(verb="lease.read", script=script, args={"folder": folder}, timeout=15.0)


def parse_read(result: Result) -> tuple[int, LeaseRecord | None]:
    epoch, _, lease = result.out.partition("\n")
    return int(epoch.strip() or "0"), parse(lease)


def swap(folder: str, old: LeaseRecord | None, new: LeaseRecord | None) -> Command:
    """Put `new` there if `old` still stands there to the letter; exit 75 otherwise, with what does. None: no lease."""
    state, _, fleet = folder.rpartition("/")
    where, was = shlex.quote(folder), shlex.quote(old.text if old else "")
    put = _put(new) if new else "rm -f lease"
    script = f"""umask 007
{HOME}
home {shlex.quote(state)} {shlex.quote(fleet)}
cd {where} 2>/dev/null || {{ echo "$(id -un) may not write to {folder}: {HELPS}" >&2; exit 71; }}
exec 8>>lease.lock
flock -w 10 8 || exit 71
is=$(cat lease 2>/dev/null)
if [ "$is" != {was} ]; then printf '%s' "$is"; exit {TAKEN}; fi
{put}
"""
    args = {"folder": folder, "old": old, "new": new}
    return Command(verb="lease.swap", script=script, args=args, timeout=20.0, changes=True)


def _put(new: LeaseRecord) -> str:
    """Its epoch is remembered when the lease is gone: hosts may have seen it, though this machine was never changed."""
    return f"""echo {new.epoch} > lease.epoch.new && mv -f lease.epoch.new lease.epoch || exit 71
printf '%s' {shlex.quote(new.text)} > lease.new && sync lease.new && mv -f lease.new lease"""
