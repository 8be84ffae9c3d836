"""Ranges: what Ansible would expand, and an error where it would make no host or a strange one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zdd.config.inventory_ranges import MOST, expand


@pytest.mark.parametrize(
    ("written", "names", "port"),
    [
        ("web1", ["web1"], None),
        ("web[01:03].eu", ["web01.eu", "web02.eu", "web03.eu"], None),
        ("web[8:11]", ["web8", "web9", "web10", "web11"], None),
        ("web[:2]", ["web0", "web1", "web2"], None),
        ("web[1:9:4]", ["web1", "web5", "web9"], None),
        ("web[a:e:2]", ["weba", "webc", "webe"], None),
        ("r[1:2]-[a:b]", ["r1-a", "r1-b", "r2-a", "r2-b"], None),
        ("web1:2222", ["web1"], 2222),
        ("web[1:2]:2222", ["web1", "web2"], 2222),
        ("10.0.0.[1:2]", ["10.0.0.1", "10.0.0.2"], None),
        ("fe80::1", ["fe80::1"], None),
        ("fe80::[1:2]", ["fe80::1", "fe80::2"], None),
        ("[fe80::1]:22", ["fe80::1"], 22),
    ],
)
def test_expands(written: str, names: list[str], port: int | None) -> None:
    assert expand(written) == (names, port)


@pytest.mark.parametrize(
    ("written", "error"),
    [
        ("web[1-3]", r"a range is `\[first:last\]`"),
        ("web[1:", r"a range is `\[first:last\]`"),
        ("web[3:1]", "ends before it begins"),
        ("web[c:a]", "ends before it begins"),
        ("web[01:9]", "both ends are of the same length"),
        ("web[1:9:0]", "the step of a range is at least 1"),
        ("web[a:9]", "from number to number or from letter to letter"),
        ("web[1:]", "from number to number or from letter to letter"),
        ("web[0:999999999]", f"stands for more than {MOST:,} hosts"),
        ("web1:99999", "a port is a number from 1 to 65535"),
        ("-oProxyCommand=x", "is not a host name"),
        ("web 1", "is not a host name"),
        ("../web1", "is not a host name"),
        ("", "is not a host name"),
        ("w" * 201, "is not a host name"),
    ],
)
def test_refuses(written: str, error: str) -> None:
    with pytest.raises(ValueError, match=error):
        expand(written)


@given(st.text(alphabet=st.sampled_from("web19[]:-.aZ0"), max_size=20) | st.text(max_size=20))
def test_any_text_expands_or_is_refused(written: str) -> None:
    try:
        names, _ = expand(written)
    except ValueError as error:
        assert str(error)
    else:
        assert 0 < len(names) <= MOST
