"""The fleet of virtual machines, as far as it can be tried without a provider: that Vagrant takes its file, that the
inventory fits it and the playbook, and that the provision script does its work on a fresh Debian."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.machines.image import image
from zdd.cli.options import Files, Given
from zdd.cli.reading import read_source
from zdd.lab import releases

ROOT = Path(__file__).parents[2]
VAGRANTFILE, PROVISION = ROOT / "Vagrantfile", ROOT / "vagrant" / "provision"
INVENTORY, PLAYBOOK = ROOT / "inventories" / "vagrant.yml", ROOT / "playbooks" / "shop.yml"
EVERY_ROLE = """
set -eu
/provision redis 192.168.56.31
/provision web 192.168.56.11 192.168.56.31
/provision lb 192.168.56.21 web1=192.168.56.11 web2=192.168.56.12
/provision lb 192.168.56.21 web1=192.168.56.11 web2=192.168.56.12
systemctl is-enabled shop shop-worker haproxy redis-server
/opt/shop/bin/python -c 'import gunicorn, redis, rq'
grep -hE 'KillMode|TimeoutStopSec' /etc/systemd/system/shop-worker.service
grep -E '^(bind|protected-mode) ' /etc/redis/redis.conf
grep -c 'server web' /etc/haproxy/haproxy.cfg
"""


def test_vagrant_takes_the_file(tmp_path: Path) -> None:
    if not shutil.which("vagrant"):
        pytest.skip("vagrant is not installed")
    for path in (VAGRANTFILE, PROVISION):
        there = tmp_path / path.relative_to(ROOT)
        there.parent.mkdir(exist_ok=True)
        shutil.copy(path, there)
    words = ["vagrant", "validate", "--ignore-provider"]
    env = {**os.environ, "VAGRANT_HOME": str(tmp_path / "home")}
    done = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_any_shell_can_read_the_script() -> None:
    for shell in (["dash"], ["busybox", "sh"]):
        subprocess.run([*shell, "-n", str(PROVISION)], check=True)


def test_an_unknown_role_is_refused() -> None:
    done = subprocess.run([PROVISION, "wbe"], capture_output=True, text=True, check=False)
    assert (done.returncode, "no role wbe" in done.stderr) == (2, True)


def test_the_inventory_has_the_machines_of_the_file_and_the_playbook_runs_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".vagrant.d").mkdir()
    (tmp_path / ".vagrant.d/insecure_private_key").touch(mode=0o600)
    releases.build(tmp_path / "dist", "1.0")
    files = Files(inventory=[INVENTORY], extra=["version=1.0"])
    play = read_source(PLAYBOOK, Given(files=files)).recipe.plays[0]
    machines = dict(re.findall(r'"(\w+)" => "([\d.]+)"', VAGRANTFILE.read_text()))
    named = {name: endpoint.address for name, endpoint in play.machines.items()}
    assert {**{host: recipe.endpoint.address for host, recipe in play.hosts.items()}, **named} == machines
    assert all(recipe.endpoint.become for recipe in play.hosts.values())
    assert {spec.options["become"] for spec in play.balancers} == {True}


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """What the script has pip install, fetched by this machine's own pip: how that comes to its packages is its own."""
    asked = re.findall(r"'([a-z-]+[>=]=[^']+)'", PROVISION.read_text())
    assert len(asked) == 4
    words = ["-m", "pip", "download", "-q", "-d", str(tmp_path), "--only-binary=:all:", "--python-version=3.11"]
    subprocess.run([sys.executable, *words, *asked], check=True, timeout=120)
    return tmp_path


@pytest.mark.timeout(400)
def test_the_script_does_its_work_on_a_fresh_debian(wheels: Path) -> None:
    words = ["systemd-nspawn", "-q", "-D", str(image()), "--volatile=overlay", "--register=no", "--keep-unit"]
    binds = [f"--bind-ro={PROVISION}:/provision", f"--bind-ro={wheels}:/wheels", "--resolv-conf=bind-host"]
    pip = ["--setenv=PIP_NO_INDEX=1", "--setenv=PIP_FIND_LINKS=/wheels"]
    shell = ["/bin/sh", "-c", EVERY_ROLE]
    done = subprocess.run([*words, *binds, *pip, *shell], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    said = done.stdout.splitlines()
    assert said.count("enabled") == 4
    assert {"KillMode=mixed", "TimeoutStopSec=60", "bind 127.0.0.1 192.168.56.31", "protected-mode no", "4"} <= {*said}
