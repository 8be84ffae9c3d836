"""Files beside what hosts have of them."""

from zdd.report.diff_text import Difference, diff_text

NEW = "DEBUG=0\nPASSWORD=***(env:PW)\nHOST=x\n"


def one(host: str, there: str | None, new: str = NEW, secret: bool = False) -> Difference:
    return Difference(host=host, dest="/etc/shop.env", there=there, new=new, secret=secret)


def test_equal_differences_are_shown_once() -> None:
    text = diff_text(
        [one("web1", "a\nb\n", "a\nc\n"), one("web2", "a\nb\n", "a\nc\n"), one("web3", "a\nc\n", "a\nc\n")]
    )
    assert text == "web[1-2]: /etc/shop.env\n    @@ -1,2 +1,2 @@\n     a\n    -b\n    +c".replace("\n    ", "\n  ")


def test_nothing_to_see() -> None:
    assert diff_text([one("web1", NEW)]) == "every file is as the hosts have it"


def test_a_file_that_is_not_there_is_new() -> None:
    assert diff_text([one("web1", None, "a\n")]).startswith("web1: /etc/shop.env is new\n")


def test_a_secret_of_whatever_age_is_not_shown() -> None:
    there = "DEBUG=1\nPASSWORD=older canary\ncanary: in a row\ncanary alone\nHOST=x\n"
    text = diff_text([one("web1", there, secret=True)])
    assert "older" not in text and "alone" not in text and "in a row" not in text
    assert "-PASSWORD=***" in text and "+PASSWORD=***(env:PW)" in text and "+DEBUG=0" in text
