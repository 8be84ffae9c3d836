"""What many machines answered to one command: equal answers once, with all who gave them."""

from collections.abc import Mapping
from dataclasses import dataclass

from zdd.report.hosts import folded


@dataclass(frozen=True, slots=True)
class Answer:
    """One machine's: how its command ended, and what it said."""

    ended: str  # "exit 0"; for a command without an end, why there is none
    said: str = ""


def answers_text(answers: Mapping[str, Answer]) -> str:
    """The most common answer last, beside which the others stand out."""
    groups: dict[Answer, list[str]] = {}
    for host, answer in answers.items():
        groups.setdefault(answer, []).append(host)
    return "\n".join(_group(answer, hosts) for answer, hosts in sorted(groups.items(), key=lambda group: len(group[1])))


def _group(answer: Answer, hosts: list[str]) -> str:
    lines = [f"  {line}" for line in answer.said.rstrip().splitlines()]
    return "\n".join([f"{folded(hosts)}: {answer.ended}", *lines])
