"""RQ workers as systemd services: what would kill their work is found, and told to stop under load they lose none.

Workers need Python, which these machines have no more than others: their services run in this machine's own root, which
web machines of this site see read-only, and under their own systemd all the same.
"""

import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.controller import started
from tests.fleet.lab import eventually
from tests.machines.conftest import PLAYBOOK
from tests.machines.machine import Machine
from tests.machines.site import Site, site
from tests.machines.traffic import no_request_fails
from zdd.lab.jobs import jobs
from zdd.lab.releases import SHOP

pytestmark = pytest.mark.timeout(900)  # whoever comes first waits until the disk is made

PORT = 6379
SECONDS = (1.0, 0.0, 0.3, 0.02, 0.5, 0.1)
UNIT = """[Service]
RootDirectory=/here
BindReadOnlyPaths=/srv
WorkingDirectory=/srv/shop/current
Environment=SHOP_HOST=%H SHOP_REDIS={url} PYTHONDONTWRITEBYTECODE=1
ExecStart={python} worker.py
TimeoutStopSec={limit}
KillMode={mode}
"""


@dataclass(frozen=True, slots=True)
class Works:
    """A site with workers, and the Redis of their jobs, which is where its balancer is."""

    site: Site
    folder: Path  # which workers may write to

    @property
    def url(self) -> str:
        return f"redis://{self.site.balancer.address}:{PORT}/0"

    def unit(self, limit: str, mode: str) -> None:
        text = UNIT.format(url=self.url, python=sys.executable, limit=limit, mode=mode)
        words = f"printf %s {shlex.quote(text)} | sudo tee /etc/systemd/system/shop-worker.service >/dev/null"
        for machine in self.site.web:
            self.site.ssh(machine, f"{words} && sudo systemctl daemon-reload")


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Works]:
    folder, writable = tmp_path_factory.mktemp("machines"), tmp_path_factory.mktemp("jobs")
    probe = "rq: {url: 'redis://{{ redis }}:6379/0', service: shop-worker, lossless: true}"
    own = {path.stem: path.read_text() for path in SHOP.glob("*.py")}
    with site(folder, "--bind-ro=/:/here", f"--bind={writable}:/here{writable}") as it, redis_in(it.balancer):
        playbook = PLAYBOOK.replace("deploy:", f"drain: {{deadline: 20s, probes: [{probe}]}}\ndeploy:", 1)
        restart = "  - service: {name: shop-worker, state: restarted}\nhealth:"
        (folder / "shop.yml").write_text(playbook.replace("health:", restart, 1))
        inventory = (folder / "inventory.yml").read_text()
        (folder / "inventory.yml").write_text(inventory.replace("vars:", f"vars:\n    redis: {it.balancer.address}"))
        for version in ("1.0", "1.1"):
            it.build(version, **own)
        yield Works(it, writable)


@contextmanager
def redis_in(machine: Machine) -> Iterator[None]:
    words = ["ip", "netns", "exec", machine.space, "redis-server", "--bind", machine.address, "--port", str(PORT)]
    with subprocess.Popen([*words, "--protected-mode", "no", "--save", ""], stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


def test_what_would_kill_work_in_hand_is_found(works: Works) -> None:
    works.unit(limit="5s", mode="control-group")
    said = works.site.deploy("1.0", 4)
    assert "web[1-2]: shop-worker is killed 5s after it is told to stop, and a drain may take 20s" in said
    assert "web[1-2]: shop-worker has KillMode=control-group: its workers are told to stop too" in said
    assert not works.site.ssh(works.site.web[0], "ls -A /srv").split()


def test_a_roll_under_load_loses_no_job(works: Works) -> None:
    works.unit(limit="20s", mode="mixed")
    works.site.deploy("1.0")
    with jobs(works.url, works.folder / "rolled", rate=20.0, seconds=SECONDS, most=10) as stream:
        eventually(lambda: {job.host for job in stream.spans()} == {"web1", "web2"})
        with no_request_fails(works.site.url):
            works.site.deploy("1.1")
        eventually(lambda: {job.host for job in stream.spans()[-4:]} == {"web1", "web2"})
    count = stream.settled()
    assert count.enqueued > 20 and (count.lost, count.twice) == ((), ())
    for host in ("web1", "web2"):
        told = [event.at for event in works.site.events() if started(f"{host}/quiesce")(event)][-1]
        mine = [job for job in stream.spans() if job.host == host]
        in_hand = [job for job in mine if job.begun < told + 0.2 and told < (job.ended or 0)]
        assert in_hand, f"{host} had nothing in hand when it was told to stop"
