"""A site for the tests of a file: what one leaves behind is in no other's way, in whatever order they come."""

from collections.abc import Iterator

import pytest

from tests.machines.site import Site, site

PLAYBOOK = """
name: shop
hosts: web
batches: 1
become: true
release:
  version: "{{ version }}"
  artifact: "dist/shop-{{ version }}.tar.gz"
  owner: "shop:shop"
balancers:
  - haproxy: {hosts: lb, backends: [shop], become: true}
deploy:
  - activate
  - service: {name: shop, state: restarted}
health:
  checks:
    - http: {url: "http://{{ address }}:8080/", json: {version: "{{ version }}"}}
  passes: 2
  interval: 200ms
  deadline: 6s
  steady: 500ms
"""


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two web machines and a balancer that run 1.0."""
    with site(tmp_path_factory.mktemp("machines")) as it:
        (it.folder / "shop.yml").write_text(PLAYBOOK)
        it.deploy("1.0")
        yield it
