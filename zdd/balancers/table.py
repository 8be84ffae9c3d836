"""The balancers that exist, by the word a playbook uses."""

from collections.abc import Callable, Mapping
from typing import Protocol

from pydantic import BaseModel

from zdd.balancers import Balancer
from zdd.balancers.haproxy import HAProxy
from zdd.entries import Entries
from zdd.model import BalancerSpec
from zdd.transport import Session


class Adapter(Protocol):
    """What makes a balancer, and what a playbook may write under its name."""

    @property
    def keys(self) -> type[BaseModel]: ...

    def __call__(
        self, spec: BalancerSpec, session: Callable[[], Session], addresses: Mapping[str, str]
    ) -> Balancer: ...


OWN: Mapping[str, Adapter] = {"haproxy": HAProxy}
BALANCERS = Entries("zdd.balancers", OWN)


def balancer(spec: BalancerSpec, session: Callable[[], Session], addresses: Mapping[str, str]) -> Balancer:
    return BALANCERS[spec.kind](spec, session, addresses)
