"""Stopping a lab, and sweeping up after one that was killed."""

from pathlib import Path

from zdd.lab import call
from zdd.lab.lab import Lab


def stop(folder: Path) -> None:
    lab = Lab.load(folder)
    if lab and not call.stop(lab):
        lab.forget()


def alive(folder: Path) -> Lab | None:
    lab = Lab.load(folder)
    return lab if lab and call.programs(lab) else None
