"""Many hosts in few characters."""

import pytest

from zdd.report.hosts import counted, folded


@pytest.mark.parametrize(
    ("hosts", "text"),
    [
        (["web1", "web2", "web3"], "web[1-3]"),
        (["web3", "web1"], "web[1,3]"),
        (["web01", "web02", "web10"], "web[01-02,10]"),
        (["web9", "web10"], "web9 web10"),
        (["web1.eu", "web2.eu", "web1.us"], "web[1-2].eu web1.us"),
        (["10.0.0.1", "10.0.0.2"], "10.0.0.[1-2]"),
        (["web1.eu-1.net", "web2.eu-1.net", "web1.eu-2.net"], "web[1-2].eu-1.net web1.eu-2.net"),
        (["ip-10-0-0-1.ec2.internal", "ip-10-0-0-2.ec2.internal"], "ip-10-0-0-[1-2].ec2.internal"),
        (["node.web1", "node.web2"], "node.web[1-2]"),
        (["lb", "web1", "lb"], "lb web1"),
        (["shop@lab"], "shop@lab"),
        ([], ""),
    ],
)
def test_names_that_differ_in_their_number_come_as_one(hosts: list[str], text: str) -> None:
    assert folded(hosts) == text


def test_one_host_is_named_and_many_are_counted() -> None:
    assert counted(["web1"]) == "web1"
    assert counted(f"web{n:03}" for n in range(1, 501)) == "500 hosts: web[001-500]"
