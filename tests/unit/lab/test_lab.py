from pathlib import Path

import yaml

from zdd.lab import haproxy, sshd, supervisord
from zdd.lab.children import stages
from zdd.lab.inventory import inventory
from zdd.lab.lab import APP_PORT, FRONT_PORT, SSH_PORT, Lab, login

LAB = Lab(folder=Path("/there/my lab 50%/.lab"), network="127.70.3", sockets=Path("/run/x"), hosts=3)


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
    lab = Lab(folder=tmp_path / ".lab", network="127.64.1", sockets=tmp_path / "sockets", hosts=6)
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
    lab = Lab(folder=tmp_path / "50% done", network="127.70.3", sockets=tmp_path)
    host = lab.machine("web1")
    before = supervisord.config(host, supervisord.programs(host))
    assert f"directory={tmp_path}/50%% done/web1/srv/shop/current\n" in before
    assert "autostart=false" in before
    (host.release_path / "current").mkdir(parents=True)
    assert "autostart=true" in supervisord.config(host, supervisord.programs(host))


def test_the_app_listens_on_its_hosts_own_address() -> None:
    assert "--bind 127.70.3.12:8080" in " ".join(supervisord.shop(LAB.machine("web2")).command)


def test_programs_start_from_the_service_up_to_the_balancer_and_go_with_the_keeper() -> None:
    assert [child.name for stage in stages(LAB) for child in stage] == [
        *("web1 supervisord", "web2 supervisord", "web3 supervisord"),
        *("web1 sshd", "web2 sshd", "web3 sshd", "lb1 sshd"),
        "lb1 haproxy",
    ]
    assert all(child.command[:3] == ("setpriv", "--pdeathsig", "TERM") for stage in stages(LAB) for child in stage)
