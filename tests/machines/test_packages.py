"""A release that is a package: apt installs it, dpkg says what runs, and the way back is apt's too."""

import shlex
import time
from pathlib import Path

import pytest

from tests.controller import LONGEST, started
from tests.machines.parcels import BROKEN, CONFIGURING, SERVE, SLOW, offered, repository
from tests.machines.site import HAPROXY, Site
from tests.machines.traffic import no_request_fails

pytestmark = pytest.mark.timeout(900)  # whoever comes first waits until the disk is made

PLAYBOOK = """
name: parcels
hosts: web
batches: 1
become: true
release:
  version: "{{ version }}"
  current: "dpkg-query -W -f '${db:Status-Status} ${Version}' parcels | sed -n 's/^installed //p'"
  available: "apt-cache madison parcels | grep -F ' {{ version }} '"
balancers:
  - haproxy: {hosts: lb, backends: [parcels], become: true}
deploy:
  - copy: {content: "made for {{ version }}\\n", dest: /etc/parcels.conf}
  - run:
      shell: |
        export DEBIAN_FRONTEND=noninteractive
        dpkg --configure -a
        apt-get install -qy --allow-downgrades parcels={{ version }}
      unless: "test \\"$(dpkg-query -W -f '${db:Status-Status} ${Version}' parcels)\\" = 'installed {{ version }}'"
    timeout: 10m
  - service: {name: parcels, state: restarted}
health:
  checks:
    - http: {url: "http://{{ address }}:8090/", json: {version: "{{ version }}"}}
  passes: 2
  interval: 200ms
  deadline: 4s
  steady: 300ms
"""
FRONT = """
frontend parcels
    bind *:8001
    default_backend parcels
backend parcels
    option httpchk GET /
    default-server check inter 200ms rise 2 fall 2
"""
FOUND, NEXT, BAD = "1:1.0~rc1-1", "1:1.0-1", "1:1.1-1"
BY_HAND = f"""
sudo apt-get update -qq
sudo apt-get install -qy parcels={FOUND}
sudo systemctl start parcels
echo by hand | sudo tee /etc/parcels.conf
"""


@pytest.fixture(scope="module")
def parcels(machines: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Both web machines run a version that zdd knows nothing of."""
    built = repository(tmp_path_factory.mktemp("parcels") / "all", {FOUND: SERVE, NEXT: SERVE, BAD: BROKEN})
    for web in machines.web:
        offered(web, built)
        machines.ssh(web, BY_HAND)
    shop, parcels = (
        "".join(f"    server {w.name} {w.address}:{port}\n" for w in machines.web) for port in (8080, 8090)
    )
    config = shlex.quote(HAPROXY + shop + FRONT + parcels)
    reload = f"printf %s {config} | sudo tee /etc/haproxy/haproxy.cfg >/dev/null && sudo systemctl restart haproxy"
    machines.ssh(machines.balancer, reload)
    (machines.folder / "parcels.yml").write_text(PLAYBOOK)
    return machines


def deploy(site: Site, version: str, code: int) -> str:
    return site.must(code, "deploy", "parcels.yml", "-i", "inventory.yml", "-e", f"version={version}", "-y")


def runs(site: Site) -> set[str]:
    """What dpkg says, and the file beside."""
    return {site.ssh(web, "dpkg-query -W -f '${Version} ' parcels; cat /etc/parcels.conf").strip() for web in site.web}


def front(site: Site) -> str:
    return f"http://{site.balancer.address}:8001/"


def test_one_that_nobody_offers_is_refused_before_anything_is_touched(parcels: Site) -> None:
    assert "web[1-2]: 1:9.9-1 cannot be installed there: `apt-cache madison" in deploy(parcels, "1:9.9-1", 4)
    assert runs(parcels) == {f"{FOUND} by hand"}


def test_it_rolls_under_traffic_and_back_to_what_zdd_had_not_installed(parcels: Site) -> None:
    with no_request_fails(front(parcels)):
        deploy(parcels, NEXT, 0)
        assert runs(parcels) == {f"{NEXT} made for {NEXT}"}
        said = deploy(parcels, NEXT, 0)  # on a line for both, or on one for each that was slower than the other
        assert "web[1-2] left alone" in said or said.count(" left alone: ") == 2
        parcels.must(0, "revert", "parcels@machines", "-y")
    assert runs(parcels) == {f"{FOUND} by hand"}


def test_power_that_fails_while_dpkg_is_at_it_and_then_one_that_never_starts(parcels: Site) -> None:
    web1 = parcels.web[0]
    parcels.ssh(web1, f"sudo touch {SLOW}")
    words = ("deploy", "parcels.yml", "-i", "inventory.yml", "-e", f"version={NEXT}", "-y")
    with no_request_fails(front(parcels)), parcels.begun(*words) as process:
        parcels.until(process, started("web1/deploy.2"))
        until_there(web1.disk / CONFIGURING.lstrip("/"))
        web1.pull_the_plug()
        said = "".join(process.communicate(timeout=LONGEST))
        assert process.returncode == 20, said
        web1.boot()
        web1.wait()
        assert "half-configured" in parcels.ssh(web1, "dpkg-query -W -f '${db:Status-Status}' parcels")
        parcels.must(0, "resume", "parcels@machines", "-y")
        assert runs(parcels) == {f"{NEXT} made for {NEXT}"}
        assert "parcels has no database" in deploy(parcels, BAD, 21)
    assert runs(parcels) == {f"{NEXT} made for {NEXT}"}


def until_there(path: Path) -> None:
    deadline = time.monotonic() + LONGEST
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.02)
