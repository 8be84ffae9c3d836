"""Equal answers once, and those that differ first."""

from zdd.report.answers_text import Answer, answers_text


def test_equal_ones_are_folded_and_the_others_stand_above() -> None:
    well = Answer("exit 0", "up 3 days\n")
    answers = {"web1": well, "web2": Answer("exit 1", "no\nreally\n"), "web3": well, "web4": well, "db": Answer("lost")}
    assert answers_text(answers).splitlines() == [
        "web2: exit 1",
        "  no",
        "  really",
        "db: lost",
        "web[1,3-4]: exit 0",
        "  up 3 days",
    ]


def test_the_same_words_with_another_end_are_another_answer() -> None:
    assert len(answers_text({"a": Answer("exit 0", "x"), "b": Answer("exit 1", "x")}).splitlines()) == 4
