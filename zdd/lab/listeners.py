"""Who listens on a port of all addresses: a program on 0.0.0.0 takes the port from all of 127/8."""

from dataclasses import dataclass
from pathlib import Path

LISTEN = "0A"


@dataclass(frozen=True, slots=True)
class Listener:
    """A line of /proc/net/tcp."""

    inode: str
    uid: int


def holder_everywhere(port: int, proc: Path = Path("/proc")) -> str:
    """In words, with its pid where that can be seen; empty if there is none."""
    for table in ("net/tcp", "net/tcp6"):
        listener = on_all_addresses((proc / table).read_text(), port) if (proc / table).exists() else None
        if listener:
            return process_of(listener.inode, proc) or f"a program of user {listener.uid}"
    return ""


def on_all_addresses(table: str, port: int) -> Listener | None:
    """From the text of /proc/net/tcp or tcp6."""
    for line in table.splitlines()[1:]:
        fields = line.split()
        address, _, number = fields[1].partition(":")
        if fields[3] == LISTEN and int(number, 16) == port and not int(address, 16):
            return Listener(inode=fields[9], uid=int(fields[7]))
    return None


def process_of(inode: str, proc: Path) -> str:
    """Empty where the process is another user's: its open files are not for us to see."""
    for opened in proc.glob("[0-9]*/fd/*"):
        try:
            if str(opened.readlink()) != f"socket:[{inode}]":
                continue
            process = opened.parent.parent
            return f"{(process / 'comm').read_text().strip()} (pid {process.name})"
        except OSError:
            continue  # it ended while we looked
    return ""
