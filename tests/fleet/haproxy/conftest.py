"""Two applications and an HAProxy, each test its own."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.fleet.haproxy.shop import SHOP, Start, adapter
from tests.fleet.real_haproxy import RealHAProxy, installed
from tests.fleet.web_app import WebApp, running
from zdd.balancers.haproxy import HAProxy


@pytest.fixture
def apps() -> Iterator[dict[str, WebApp]]:
    with ExitStack() as stack:
        yield {f"web{n}": stack.enter_context(running(f"127.0.7.{n}")) for n in (1, 2)}


@pytest.fixture
def haproxy() -> Iterator[RealHAProxy]:
    with installed() as haproxy:
        yield haproxy


@pytest.fixture
def start(apps: dict[str, WebApp], haproxy: RealHAProxy) -> Start:
    """Start HAProxy with a configuration, and make the adapter for it."""

    def start(config: str = SHOP, **options: Any) -> HAProxy:
        haproxy.start(config.format(**{host: f"{app.address}:{app.port}" for host, app in apps.items()}))
        return adapter(haproxy, **options)

    return start
