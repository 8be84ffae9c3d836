"""The inventory of a lab: what differs from real machines is said here, so that playbooks need not know."""

from typing import Any

import yaml

from zdd.lab.lab import REDIS_PORT, SSH_PORT, Lab, Machine, login


def inventory(lab: Lab) -> dict[str, Any]:
    shared = {
        "environment": "lab",
        "ansible_port": SSH_PORT,
        "ansible_user": login(),
        "ansible_ssh_private_key_file": str(lab.key),
        "ansible_become": False,
        "zdd_known_hosts": str(lab.known_hosts),
        **({"redis": lab.redis.address, "redis_port": REDIS_PORT} if lab.redis else {}),
    }
    groups = {
        "web": {"hosts": {machine.name: _web(machine) for machine in lab.web}},
        "lb": {"hosts": {machine.name: _balancer(machine) for machine in lab.balancers}},
    }
    if lab.redis:
        groups["redis"] = {"hosts": {lab.redis.name: _machine(lab.redis)}}
    return {"all": {"vars": shared, "children": groups}}


def write(lab: Lab) -> None:
    lab.inventory.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(inventory(lab), sort_keys=False, allow_unicode=True)
    lab.inventory.write_text(f"# Written by `zdd lab up`, anew each time.\n{text}")


def _web(machine: Machine) -> dict[str, str]:
    return _machine(machine) | {
        "release_path": str(machine.release_path),
        "service_manager": "supervisor",
        "supervisor_socket": str(machine.supervisor_socket),
    }


def _balancer(machine: Machine) -> dict[str, str]:
    return _machine(machine) | {
        "haproxy_socket": str(machine.haproxy_socket),
        "haproxy_state_file": str(machine.haproxy_state_file),
    }


def _machine(machine: Machine) -> dict[str, str]:
    return {"ansible_host": machine.address, "zdd_state": str(machine.state)}
