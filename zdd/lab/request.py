"""One request of the lab's traffic: what is asked, and what came of it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

SLOW = 2.0
LOGGED_OUT, NO_ASSET = "logged out", "asset not found"

Kind = Literal["page", "slow", "order", "login", "account", "cart", "asset"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the client asks. The mix is fixed, so that two runs compare."""

    number: int
    kind: Kind
    path: str
    body: str = ""
    asked: float = 0.0  # seconds that it asks the shop to take
    kept: bool = True  # on the connection of an earlier request, where that is still open

    @property
    def method(self) -> str:
        return "POST" if self.kind in ("order", "login") else "GET"


PLAIN: tuple[Kind, ...] = ("slow", "order", "page", "page", "page", "page", "order", "page", "page", "page")
# With sessions: whoever looks at an account may be answered by any host, a cart stays with one.
WHOLE: tuple[Kind, ...] = ("slow", "order", "account", "cart", "page", "account", "order", "cart", "account", "page")
PATHS: Mapping[Kind, str] = {"page": "/", "account": "/account", "cart": "/cart", "order": "/orders"}


def nth(number: int, kinds: tuple[Kind, ...] = PLAIN) -> Request:
    """10 % last 2 s, 20 % are POSTs, a third comes on new connections."""
    kept, kind = number % 3 != 0, kinds[number % len(kinds)]
    if kind == "slow":
        return Request(number=number, kind=kind, path=f"/slow?s={SLOW:g}", asked=SLOW, kept=kept)
    body = f"order {number}" if kind == "order" else ""
    return Request(number=number, kind=kind, path=PATHS[kind], body=body, kept=kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of it: a line of the record."""

    number: int
    user: str
    kind: Kind
    at: float  # wall clock, when it was asked
    took: float
    asked: float
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


def fault(request: Request, status: int, body: bytes, user: str = "") -> str:
    """What is wrong with an answer; empty if nothing is. `user`: who has logged in."""
    if status == 401:
        return LOGGED_OUT
    if status == 404 and request.kind == "asset":
        return NO_ASSET
    if status != 200:
        return f"status {status}"
    if request.kind == "asset":
        return "" if hashlib.sha256(body).hexdigest()[:8] in request.path else "another asset than its name says"
    try:
        says = json.loads(body)
    except ValueError:
        return "an answer that is not JSON"
    return _wrong(request, says, user)


def _wrong(request: Request, says: Mapping[str, Any], user: str) -> str:
    if not says.get("version") or not says.get("host"):
        return "an answer without version and host"
    if request.kind == "order" and says.get("order") != request.body:
        return "another order than the one that was sent"
    if request.kind in ("account", "cart") and says.get("user") != user:
        return "another user than the one who logged in"
    return ""
