from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from zdd.lab import haproxy, redis, sshd, supervisord
from zdd.lab.children import stages
from zdd.lab.inventory import inventory
from zdd.lab.lab import APP_PORT, FRONT_PORT, REDIS_PORT, SSH_PORT, Lab, Size, Unfit, login

LAB = Lab(folder=Path("/there/my lab 50%/.lab"), network="127.70.3", sockets=Path("/run/x"), size=Size(hosts=3))
WHOLE = replace(LAB, size=Size(hosts=3, balancers=2, workers=True))


def test_machines_follow_from_the_number_of_hosts() -> None:
    assert [machine.name for machine in LAB.machines] == ["web1", "web2", "web3", "lb1"]
    assert [machine.address for machine in LAB.machines] == [
        "127.70.3.11",
        "127.70.3.12",
        "127.70.3.13",
        "127.70.3.201",
    ]
    assert LAB.machine("web2").disk == LAB.folder / "web2"


def test_it_listens_on_addresses_of_its_own_network_only() -> None:
    listens = list(LAB.listens())
    assert all(address.startswith("127.70.3.") for address, _ in listens)
    assert ("127.70.3.12", APP_PORT) in listens
    assert ("127.70.3.201", FRONT_PORT) in listens
    assert ("127.70.3.201", APP_PORT) not in listens
    assert [address for address, port in listens if port == SSH_PORT] == [machine.address for machine in LAB.machines]


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    lab = Lab(
        folder=tmp_path / ".lab",
        network="127.64.1",
        sockets=tmp_path / "sockets",
        size=Size(hosts=6, balancers=2, workers=True),
    )
    lab.folder.mkdir()
    lab.sockets.mkdir()
    lab.save()
    assert Lab.load(lab.folder) == lab
    lab.forget()
    assert Lab.load(lab.folder) is None
    assert not lab.sockets.exists()


def test_inventory_says_all_that_differs_from_real_machines() -> None:
    said = yaml.safe_load(yaml.safe_dump(inventory(LAB)))["all"]
    assert said["vars"]["environment"] == "lab"
    assert said["vars"]["ansible_user"] == login()
    assert said["vars"]["ansible_become"] is False
    assert said["children"]["web"]["hosts"]["web2"] == {
        "ansible_host": "127.70.3.12",
        "zdd_state": "/there/my lab 50%/.lab/web2/state",
        "release_path": "/there/my lab 50%/.lab/web2/srv/shop",
        "service_manager": "supervisor",
        "supervisor_socket": "/run/x/web2-supervisor",
    }
    assert said["children"]["lb"]["hosts"]["lb1"]["haproxy_socket"] == "/run/x/lb1-haproxy"
    assert "redis" not in said["vars"] and "redis" not in said["children"]


def test_with_workers_it_says_where_redis_is() -> None:
    said = inventory(WHOLE)["all"]
    assert (said["vars"]["redis"], said["vars"]["redis_port"]) == ("127.70.3.221", REDIS_PORT)
    assert list(said["children"]["redis"]["hosts"]) == ["redis1"]
    assert list(said["children"]["lb"]["hosts"]) == ["lb1", "lb2"]


def test_with_workers_it_has_a_redis_that_keeps_nothing_and_a_second_way_in() -> None:
    assert [machine.name for machine in WHOLE.machines][3:] == ["lb1", "lb2", "redis1"]
    assert ("127.70.3.221", REDIS_PORT) in list(WHOLE.listens())
    said = redis.config(WHOLE.machine("redis1"))
    assert "bind 127.70.3.221\n" in said and 'save ""\n' in said and 'dir "/there/my lab 50%/.lab/redis1"\n' in said
    assert WHOLE.urls == ("http://127.70.3.201:18088", "http://127.70.3.202:18088")


def test_only_the_cart_is_sticky() -> None:
    config = haproxy.config(WHOLE, WHOLE.balancers[1])
    assert "cookie" not in haproxy.config(LAB, LAB.balancers[0])
    assert "cookie" not in config[config.index("backend shop") : config.index("backend cart")]
    assert "server web2 127.70.3.12:8080 cookie web2\n" in config[config.index("backend cart") :]


def test_the_balancer_hides_no_fault() -> None:
    config = haproxy.config(LAB, LAB.balancers[0])
    assert "retries 0" in config
    assert "retry-on" not in config
    assert "redispatch" not in config
    assert "option idle-close-on-response" in config
    assert "noreuseport" in config


def test_the_balancer_knows_the_hosts_by_their_names() -> None:
    config = haproxy.config(LAB, LAB.balancers[0])
    servers = [line.split()[1:3] for line in config.splitlines() if line.strip().startswith("server ")]
    assert servers == [[f"web{n}", f"127.70.3.1{n}:8080"] for n in (1, 2, 3)]


def test_sshd_listens_on_its_machine_alone_and_quotes_what_it_is_given() -> None:
    config = sshd.config(LAB, LAB.machine("web1"), pam=False)
    assert f"ListenAddress 127.70.3.11:{SSH_PORT}\n" in config
    assert 'HostKey "/there/my lab 50%%/.lab/web1/host_key"\n' in config
    assert 'SetEnv "HOME=/there/my lab 50%/.lab/web1/home"\n' in config
    assert "UsePAM no" in config
    assert "UsePAM yes" in sshd.config(LAB, LAB.machine("web1"), pam=True)


def test_a_service_runs_from_the_link_and_not_before_there_is_a_release(tmp_path: Path) -> None:
    lab = replace(WHOLE, folder=tmp_path / "50% done")
    host = lab.machine("web1")
    before = supervisord.config(host, supervisord.programs(lab, host))
    assert f"directory={tmp_path}/50%% done/web1/srv/shop/current\n" in before
    assert before.count("autostart=false") == 2
    (host.release_path / "current").mkdir(parents=True)
    assert supervisord.config(host, supervisord.programs(lab, host)).count("autostart=true") == 2


def test_a_worker_is_told_to_stop_alone_and_has_time_for_what_it_has_in_hand() -> None:
    assert [program.name for program in supervisord.programs(LAB, LAB.machine("web1"))] == ["shop"]
    host = WHOLE.machine("web2")
    config = supervisord.config(host, [supervisord.worker(WHOLE, host)])
    assert "stopasgroup" not in config and "autorestart=unexpected\n" in config
    assert "stopwaitsecs=60\n" in config and 'SHOP_REDIS="redis://127.70.3.221:16379/0"' in config


def test_the_app_listens_on_its_hosts_own_address() -> None:
    assert "--bind 127.70.3.12:8080" in " ".join(supervisord.shop(LAB, LAB.machine("web2")).command)


def test_programs_start_from_the_service_up_to_the_balancer_and_go_with_the_keeper() -> None:
    assert [child.name for stage in stages(LAB) for child in stage] == [
        *("web1 supervisord", "web2 supervisord", "web3 supervisord"),
        *("web1 sshd", "web2 sshd", "web3 sshd", "lb1 sshd"),
        "lb1 haproxy",
    ]
    assert [child.name for child in stages(WHOLE)[0]] == ["redis1 redis"]
    assert all(child.command[:3] == ("setpriv", "--pdeathsig", "TERM") for stage in stages(LAB) for child in stage)


@pytest.mark.parametrize(
    "text", ['{"hosts": 2}', "[]", '{"network": "127.1.1", "sockets": "/x", "size": {"wide": 3}}', "{"]
)
def test_a_lab_of_another_version_is_said_to_be_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "lab.json").write_text(text)
    with pytest.raises(Unfit, match=f"lab.json is not of this version of zdd: .*rm -r {tmp_path}"):
        Lab.load(tmp_path)
