"""Rolls on booted machines: systemd, sudo, an unprivileged login, and no Python anywhere on them."""

import pytest

from tests.machines.site import BROKEN, Site
from tests.machines.traffic import no_request_fails

pytestmark = pytest.mark.timeout(900)  # whoever comes first waits until the disk is made


def test_it_rolls_under_traffic_and_back(machines: Site) -> None:
    with no_request_fails(machines.url):
        machines.deploy("1.1")
        assert machines.versions() == {"1.1"}
        machines.must(0, "revert", "-y")
    assert machines.versions() == {"1.0"}
    said = machines.must(0, "status")
    assert "maint" not in said and "drain" not in said
    owners = {machines.ssh(host, "stat -c %U:%G /srv/shop/current/serve").strip() for host in machines.web}
    assert owners == {"shop:shop"}


def test_a_release_that_never_starts_is_taken_back_and_its_own_words_are_shown(machines: Site) -> None:
    machines.build("1.2", BROKEN)
    with no_request_fails(machines.url):
        said = machines.deploy("1.2", 21)
    assert "the shop has no database" in said, said
    assert machines.versions() == {"1.0"}
