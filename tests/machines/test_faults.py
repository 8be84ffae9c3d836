"""What only machines of their own can show: a network that is cut, power that fails, a disk that is full."""

import re
import secrets

import pytest

from tests.controller import LONGEST, ended, started
from tests.machines.site import SERVE, Site
from tests.machines.traffic import no_request_fails

pytestmark = pytest.mark.timeout(900)  # whoever comes first waits until the disk is made

SLOW = '  - run: {shell: "sleep 2; echo ran >> /tmp/ran", check: "test -e /tmp/ran"}\n    name: slow\n'


def test_a_host_that_is_cut_off_in_the_middle_is_looked_at_when_it_is_back(machines: Site) -> None:
    web1 = machines.web[0]
    slowly(machines)
    with no_request_fails(machines.url), machines.begun(*slow("1.1")) as process:
        machines.until(process, started("web1/deploy.1"))
        web1.cut_off()
        machines.until(process, ended("web1/deploy.1"))
        web1.reconnect()
        said = "".join(process.communicate(timeout=LONGEST))
    assert process.returncode == 0, said
    assert "slow unknown" in said and "settled by looking" in said
    assert machines.ssh(web1, "cat /tmp/ran").split() == ["ran"], "it is never done twice"
    assert machines.versions() == {"1.1"}


def test_power_that_fails_in_the_middle_leaves_a_run_that_can_be_carried_on(machines: Site) -> None:
    web1 = machines.web[0]
    slowly(machines)
    with no_request_fails(machines.url), machines.begun(*slow("1.0")) as process:
        machines.until(process, started("web1/deploy.1"))
        web1.pull_the_plug()
        said = "".join(process.communicate(timeout=LONGEST))
        assert process.returncode == 20, said
        web1.boot()
        web1.wait()
        machines.must(0, "resume", "-y")
    assert machines.versions() == {"1.0"}
    assert "maint" not in machines.must(0, "status")


@pytest.mark.parametrize(("limit", "why"), [("size=4k", "0 MiB free"), ("size=64m,nr_inodes=99", "inodes free")])
def test_a_full_disk_is_found_before_anything_is_touched(machines: Site, limit: str, why: str) -> None:
    web1 = machines.web[0]
    text = (machines.folder / "shop.yml").read_text()
    small = text.replace("name: shop\n", "name: small\n", 1).replace("release:\n", "release:\n  path: /small/shop\n")
    (machines.folder / "small.yml").write_text(small)
    machines.build("1.3", f"{SERVE}# {secrets.token_hex(50_000)}\n")
    machines.ssh(web1, f"sudo mkdir -p /small && sudo mount -t tmpfs -o {limit} tmpfs /small")
    said = machines.must(4, "deploy", "small.yml", "-i", "inventory.yml", "-e", "version=1.3", "-y")
    assert re.search(f"web1: has .*{why}", said), said
    there = machines.ssh(web1, "sudo ls -A /small /var/lib/zdd").split()
    assert there[:2] == ["/small:", "/var/lib/zdd:"] and "small@machines" not in there


def slowly(machines: Site) -> None:
    """The playbook with a step that takes its time, and that can be looked at."""
    text = (machines.folder / "shop.yml").read_text()
    (machines.folder / "slow.yml").write_text(text.replace("deploy:\n", f"deploy:\n{SLOW}"))
    for host in machines.web:
        machines.ssh(host, "sudo rm -f /tmp/ran")


def slow(version: str) -> tuple[str, ...]:
    return ("deploy", "slow.yml", "-i", "inventory.yml", "-e", f"version={version}", "-y")
