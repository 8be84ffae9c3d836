"""A shop of two hosts behind a real HAProxy, and what a test asks of its adapter."""

from collections.abc import Callable
from typing import Any

from tests.fleet.local import LocalSession
from tests.fleet.real_haproxy import RealHAProxy, eventually
from zdd.balancers import Member
from zdd.balancers.haproxy import HAProxy
from zdd.model import BalancerSpec
from zdd.transport import Session

Start = Callable[..., HAProxy]  # with a configuration, or this one:
SHOP = """
listen shop
    bind unix@{{folder}}/front.sock
    server web1 {web1} check
    server web2 {web2} check
"""


def adapter(haproxy: RealHAProxy, session: Session | None = None, name: str = "lb1", **options: Any) -> HAProxy:
    options = {"socket": str(haproxy.folder / "admin.sock")} | options
    spec = BalancerSpec(name=name, kind="haproxy", on=name, serves=("web1", "web2"), options=options)
    return HAProxy(spec, lambda: session or LocalSession(), {"web1": "127.0.7.1", "web2": "127.0.7.2"})


def of(balancer: HAProxy, server: str) -> Member:
    return next(member for member in balancer.members() if member.backend == server)


def admins(balancer: HAProxy) -> dict[str, str]:
    return {member.backend: member.admin for member in balancer.members()}


def up(balancer: HAProxy, *servers: str) -> None:
    """Wait until these are fully up."""
    eventually(lambda: {m.backend for m in balancer.members() if m.up} >= set(servers))
