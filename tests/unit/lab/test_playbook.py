from pathlib import Path

import pytest

from zdd.cli.options import Files, Given
from zdd.cli.reading import read_source
from zdd.lab import inventory, releases
from zdd.lab.lab import REDIS_PORT, Lab, Size

SHOP = Path(__file__).parents[3] / "playbooks" / "shop.yml"
WHOLE = Size(hosts=6, balancers=2, workers=True)


def test_the_demos_playbook_on_the_whole_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab(folder=tmp_path / ".lab", network="127.70.3", sockets=tmp_path, size=WHOLE)
    monkeypatch.chdir(tmp_path)
    lab.key.parent.mkdir(parents=True)
    for file in (lab.key, lab.known_hosts):
        file.touch()
    inventory.write(lab)
    releases.build(lab.dist, "1.1")
    files = Files(inventory=[lab.inventory], extra=["version=1.1"])
    [play] = read_source(SHOP, Given(files=files)).recipe.plays
    assert (play.fleet, len(play.hosts), [spec.name for spec in play.balancers]) == ("shop@lab", 6, ["lb1", "lb2"])
    assert play.balancers[1].options["state_file"] == str(lab.machine("lb2").haproxy_state_file)
    [probe] = play.hosts["web3"].probes
    assert probe.options["url"] == f"redis://127.70.3.221:{REDIS_PORT}/0" and probe.options["lossless"]
