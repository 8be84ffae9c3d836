"""`playbooks/patch.yml`, but for its patience, on machines that upgrade packages with apt and reboot."""

import hashlib
import subprocess
import time
from pathlib import Path

import pytest

from tests.controller import started
from tests.machines.machine import Machine
from tests.machines.site import Site
from tests.machines.traffic import no_request_fails

pytestmark = pytest.mark.timeout(900)  # whoever comes first waits until the disk is made

PLAYBOOK = Path(__file__).parents[2] / "playbooks/patch.yml"
PATCH = ("deploy", "patch.yml", "-i", "night.yml", "-y", "--override", "a test knows no Sundays")
CONTROL = """Package: shop-kernel
Version: {version}
Architecture: all
Maintainer: shop <shop@example.org>
Description: something that wants a reboot when it is new
"""
WANTS_REBOOT = "#!/bin/sh\ntouch /run/reboot-required\n"


def test_who_has_news_is_upgraded_and_rebooted_once_though_zdd_is_killed_meanwhile(
    machines: Site, tmp_path: Path
) -> None:
    web1, web2 = machines.web
    for machine in machines.web:
        offer(machine, "1", tmp_path)
        machines.ssh(machine, "sudo dpkg -i /srv/packages/new.deb && sudo rm /run/reboot-required")
    offer(web1, "2", tmp_path)
    text, address = (machines.folder / "inventory.yml").read_text(), f"ansible_host: {machines.balancer.address}"
    (machines.folder / "night.yml").write_text(text.replace(address, f"{address}, ansible_become: true"))
    patch = PLAYBOOK.read_text()
    assert "steady: 10s" in patch
    (machines.folder / "patch.yml").write_text(patch.replace("steady: 10s", "steady: 500ms"))
    before = [boot(machines, machine) for machine in machines.web]
    with no_request_fails(machines.url):
        with machines.begun(*PATCH) as process:
            machines.until(process, started("web1/deploy.2"))
            while web1.answers(22):
                assert process.poll() is None, process.communicate()
                time.sleep(0.05)
            process.kill()  # it goes down already
        machines.must(0, "resume", "-y", "--override", "a test knows no Sundays")
    after = [boot(machines, machine) for machine in machines.web]
    assert (after[0] != before[0], after[1] == before[1]) == (True, True)
    assert (web1.starts, web2.starts) == (2, 1)
    installed = [machines.ssh(machine, "dpkg-query -W -f '${Version}' shop-kernel") for machine in machines.web]
    assert installed == ["2", "1"]


def boot(site: Site, machine: Machine) -> str:
    return site.ssh(machine, "cat /proc/sys/kernel/random/boot_id")


def offer(machine: Machine, version: str, folder: Path) -> None:
    """The only source of packages that the machine knows has this version."""
    tree = folder / f"shop-kernel-{version}"
    if not tree.exists():
        (tree / "DEBIAN").mkdir(parents=True)
        (tree / "DEBIAN/control").write_text(CONTROL.format(version=version))
        (tree / "DEBIAN/postinst").write_text(WANTS_REBOOT)
        (tree / "DEBIAN/postinst").chmod(0o755)
        subprocess.run(["dpkg-deb", "--root-owner-group", "-b", tree], check=True, capture_output=True)
    package = tree.with_suffix(".deb").read_bytes()
    repository = machine.disk / "srv/packages"
    repository.mkdir(exist_ok=True)
    (repository / "new.deb").write_bytes(package)
    digest = hashlib.sha256(package).hexdigest()
    index = f"{CONTROL.format(version=version)}Filename: ./new.deb\nSize: {len(package)}\nSHA256: {digest}\n"
    (repository / "Packages").write_text(index)
    sources = machine.disk / "etc/apt"
    for file in (sources / "sources.list.d").iterdir():
        file.unlink()
    (sources / "sources.list").write_text("deb [trusted=yes] file:/srv/packages ./\n")
