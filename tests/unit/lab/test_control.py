from dataclasses import replace
from pathlib import Path

from zdd.lab.control import script
from zdd.lab.lab import Lab, Size

LAB = Lab(folder=Path("/there/.lab"), network="127.70.3", sockets=Path("/run/x"))


def test_the_control_run_swaps_the_link_at_once_and_asks_no_balancer() -> None:
    words = script(LAB, LAB.machine("web1"), "1.1")
    assert "cd /there/.lab/web1/srv/shop\n" in words and "mv -T next current\n" in words
    assert "unix:///run/x/web1-supervisor restart shop" in words
    assert "haproxy" not in words and "shop-worker" not in words


def test_it_stops_a_worker_as_systemd_does_where_nobody_said_how() -> None:
    words = script(replace(LAB, size=Size(workers=True)), LAB.machine("web1"), "1.1")
    assert "kill -TERM $worker $family\n" in words and words.endswith("restart shop-worker\n")
