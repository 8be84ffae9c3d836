"""A fleet on this machine, to try and to test with: real sshd, HAProxy and service managers on loopback addresses."""

from pathlib import Path

from zdd.lab.lab import Lab, Machine, Size, Unfit

__all__ = ["Lab", "Machine", "Size", "Unfit", "down", "running", "up"]


def up(
    folder: Path, *, hosts: int = 2, balancers: int = 1, workers: bool = False, die_with_parent: bool = False
) -> Lab:
    """Start the lab of this folder; returns when every machine of it answers. One that is up already is returned as it
    is. Its disks are what the last one left. The least that is asked for starts the fastest."""
    from zdd.lab.start import start

    size = Size(hosts=hosts, balancers=balancers, workers=workers)
    return start(folder.resolve(), size, die_with_parent=die_with_parent)


def down(folder: Path) -> None:
    """Stop it in order. Its disks stay."""
    from zdd.lab.stop import stop

    stop(folder.resolve())


def running(folder: Path) -> Lab | None:
    """The lab of this folder, if it is up."""
    from zdd.lab.stop import alive

    return alive(folder.resolve())
