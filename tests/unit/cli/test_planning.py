"""What preflight found, as it is said."""

import pytest

from zdd.cli.planning import complain
from zdd.errors import Finding, Preflight

HOSTS = [f"web{number:03}" for number in range(1, 501)]


def test_what_is_the_same_on_many_hosts_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    full = [Finding(host, f"Redis does not answer {host}", "correct `url`", origin="shop.yml:9:7") for host in HOSTS]
    slow = [Finding(host, "shop is killed at once", warning=True) for host in HOSTS[:2]]
    with pytest.raises(Preflight) as refused:
        complain([*full, Finding("web1", "has no tar"), *slow], HOSTS)
    assert str(refused.value).splitlines() == [
        "web[001-500] at shop.yml:9:7: Redis does not answer web001 (correct `url`)",
        "web1: has no tar",
    ]
    assert capsys.readouterr().err == "warning: web[001-002]: shop is killed at once\n"


def test_what_differs_in_its_line_its_remedy_or_a_name_within_a_name_is_said_apart() -> None:
    with pytest.raises(Preflight) as refused:
        complain(
            [
                Finding("web1", "is full"),
                Finding("web2", "is full", "make room"),
                Finding("web3", "is full", origin="shop.yml:1:1"),
                Finding("web4", "is full", origin="shop.yml:2:1"),
            ],
            ["web1", "web2", "web3", "web4", "web10", "web20"],
        )
    assert len(refused.value.findings) == 4


def test_what_each_balancer_says_of_each_host_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    complain(
        [
            Finding(lb, f"{host} is also cart/{host}", "add cart to `backends`", warning=True)
            for lb in ("lb1", "lb2")
            for host in HOSTS
        ],
        HOSTS,
    )
    assert capsys.readouterr().err == (
        "warning: lb[1-2]: web001 is also cart/web001; likewise web[002-500] (add cart to `backends`)\n"
    )


def test_a_name_within_a_name_is_another_one(capsys: pytest.CaptureFixture[str]) -> None:
    complain([Finding("lb1", f"does not know {host}", warning=True) for host in ("web1", "web10", "web1.eu")], ["web1"])
    assert capsys.readouterr().err.count("warning:") == 3
