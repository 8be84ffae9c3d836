"""Playbooks and inventories for tests: a small good one, and ways to spoil it."""

from pathlib import Path
from typing import Any

from zdd.cli.reading import TABLES
from zdd.config import inventory, resolve
from zdd.config.recipe import PlayRecipe, Recipe

INVENTORY = """
web:
  hosts:
    web1: {ansible_host: 10.0.0.1, rack: a}
    web2: {ansible_host: 10.0.0.2, rack: b}
    web3: {ansible_host: 10.0.0.3, rack: c}
lb: {hosts: {lb1: {}}}
all: {vars: {environment: test}}
"""
PLAYBOOK = """name: shop
hosts: web
release: {version: "{{ version }}", artifact: shop}
balancers: [haproxy: {hosts: lb, backends: [shop]}]
deploy:
- activate
- service: {name: shop, state: restarted}
health:
- http: {url: "http://{{ address }}/"}
"""


def folder(tmp: Path, playbook: str | bytes = PLAYBOOK, hosts: str = INVENTORY) -> Path:
    """A playbook with all that it names."""
    (tmp / "shop").mkdir(exist_ok=True)
    (tmp / "shop" / "app.py").write_text("print(1)\n")
    (tmp / "hosts.yml").write_text(hosts)
    (tmp / "play.yml").write_bytes(playbook.encode() if isinstance(playbook, str) else playbook)
    return tmp


def recipe(tmp: Path, playbook: str | bytes = PLAYBOOK, hosts: str = INVENTORY, **about: Any) -> Recipe:
    """Read as `zdd plan` reads it. Raises `Invalid`."""
    where = folder(tmp, playbook, hosts)
    read = inventory.read([where / "hosts.yml"])
    about = {"extra": {"version": "1.1"}, **about}
    return resolve.read(where / "play.yml", read, tables=TABLES, **about)


def play(tmp: Path, playbook: str | bytes = PLAYBOOK, hosts: str = INVENTORY, **about: Any) -> PlayRecipe:
    return recipe(tmp, playbook, hosts, **about).plays[0]
