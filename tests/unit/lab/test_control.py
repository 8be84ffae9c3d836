from pathlib import Path

from zdd.lab.control import script
from zdd.lab.lab import Lab

LAB = Lab(folder=Path("/there/.lab"), network="127.70.3", sockets=Path("/run/x"))


def test_the_control_run_swaps_the_link_at_once_and_asks_no_balancer() -> None:
    words = script(LAB, LAB.machine("web1"), "1.1")
    assert "mv -T /there/.lab/web1/srv/shop/next /there/.lab/web1/srv/shop/current" in words
    assert "unix:///run/x/web1-supervisor restart shop" in words
    assert "haproxy" not in words
