"""A fleet on this machine, to try and to test with: real sshd, HAProxy and service managers on loopback addresses."""

from pathlib import Path

from zdd.lab.lab import Lab, Machine, Unfit

__all__ = ["Lab", "Machine", "Unfit", "down", "running", "up"]


def up(folder: Path, *, hosts: int = 2, die_with_parent: bool = False) -> Lab:
    """Start the lab of this folder; returns when every machine of it answers. One that is up already is returned as it
    is. Its disks are what the last one left."""
    from zdd.lab.start import start

    return start(folder.resolve(), hosts=hosts, die_with_parent=die_with_parent)


def down(folder: Path) -> None:
    """Stop it in order. Its disks stay."""
    from zdd.lab.stop import stop

    stop(folder.resolve())


def running(folder: Path) -> Lab | None:
    """The lab of this folder, if it is up."""
    from zdd.lab.stop import alive

    return alive(folder.resolve())
