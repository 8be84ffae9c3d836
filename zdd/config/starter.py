"""A first inventory and playbook, from the few things that only their writer knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a person says about a service."""

    name: str
    hosts: Sequence[str]  # each a name as an inventory writes it: web[1:3]
    balancers: Sequence[str] = ()  # machines with HAProxy
    backend: str = ""
    service: str = ""
    health: str = ":8080/healthz"  # port and path
    environment: str = "production"


def inventory(answers: Answers) -> str:
    """Ansible's YAML, with a group for the hosts and one for the balancers."""
    groups: dict[str, Any] = {"web": {"hosts": dict.fromkeys(answers.hosts)}}
    if answers.balancers:
        groups["lb"] = {"hosts": dict.fromkeys(answers.balancers)}
    said = {"all": {"vars": {"environment": answers.environment}, "children": groups}}
    head = (
        f"# The hosts of {answers.name}. Other variables: ansible_host, ansible_user, ansible_become, release_path …\n"
    )
    return head + _yaml(said)


def playbook(answers: Answers) -> str:
    """The smallest useful one; everything else has a safe default."""
    said: dict[str, Any] = {
        "name": answers.name,
        "hosts": "web",
        "release": {"version": "{{ version }}", "artifact": f"dist/{answers.name}-{{{{ version }}}}.tar.gz"},
    }
    if answers.balancers:
        said["balancers"] = [{"haproxy": {"hosts": "lb", "backends": [answers.backend or answers.name]}}]
    service = {"service": {"name": answers.service or answers.name, "state": "restarted"}}
    said |= {
        "deploy": ["activate", service],
        "health": [{"http": {"url": f"http://{{{{ address }}}}{answers.health}"}}],
    }
    if len(answers.hosts) == 1 and "[" not in answers.hosts[0]:
        said["min_serving"] = 0  # one host alone can't leave and serve
    head = f"# zdd plan {answers.name}.yml -i inventories/{answers.environment}.yml -e version=1.0\n"
    return head + _yaml(said)


def _yaml(said: dict[str, Any]) -> str:
    text: str = yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=120)
    return text.replace(": null\n", ":\n")
