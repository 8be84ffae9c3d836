"""One request of the lab's traffic: what is asked, and what came of it."""

import json
from dataclasses import asdict, dataclass
from typing import Self

SLOW = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the client asks. The mix is fixed, so that two runs compare."""

    number: int
    method: str
    path: str
    body: str = ""
    asked: float = 0.0  # seconds that it asks the shop to take
    kept: bool  # on the connection of an earlier request, where that is still open


def nth(number: int) -> Request:
    """10 % last 2 s, 20 % are POSTs, a third comes on new connections."""
    kept = number % 3 != 0
    if number % 10 == 0:
        return Request(number=number, method="GET", path=f"/slow?s={SLOW:g}", asked=SLOW, kept=kept)
    if number % 5 == 1:
        return Request(number=number, method="POST", path="/orders", body=f"order {number}", kept=kept)
    return Request(number=number, method="GET", path="/", kept=kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of it: a line of the record."""

    number: int
    at: float  # wall clock, when it was asked
    took: float
    asked: float
    method: str
    kept: bool
    status: int = 0
    version: str = ""
    host: str = ""
    error: str = ""  # empty: it is the answer that was asked for

    @property
    def failed(self) -> bool:
        return bool(self.error)

    @property
    def latency(self) -> float:
        """Without the seconds that the client asked for."""
        return self.took - self.asked

    def line(self) -> str:
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def read(cls, line: str) -> Self:
        return cls(**json.loads(line))


def fault(request: Request, status: int, body: bytes) -> str:
    """What is wrong with an answer; empty if nothing is."""
    if status != 200:
        return f"status {status}"
    try:
        says = json.loads(body)
    except ValueError:
        return "an answer that is not JSON"
    if not says.get("version") or not says.get("host"):
        return "an answer without version and host"
    if request.body and says.get("order") != request.body:
        return "another order than the one that was sent"
    return ""
