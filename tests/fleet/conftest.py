"""What tests on real programs share."""

from collections.abc import Iterator

import pytest

from tests.fleet.lab import lab_in
from tests.fleet.program import Program
from zdd.lab import Lab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Two hosts and a balancer with empty disks, shared by the tests of a module."""
    with lab_in(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture(scope="module")
def zdd(lab: Lab) -> Program:
    """The program on a lab that runs 1.0."""
    program = Program.on(lab)
    program.deploy("1.0")
    return program


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests counted and promise nothing about."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{name}: {value}")
