"""One user of the lab's traffic: asks on the connections that it has, and keeps the cookies that it is given."""

import http.client
import itertools
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from zdd.lab.request import LOGGED_OUT, Answer, Request, fault

PATIENCE = 10.0


class User:
    """Comes in by one door after the other. Never tries again, but logs in again where it was logged out."""

    def __init__(self, name: str, urls: Sequence[str], *, assets: bool = False) -> None:
        self.name, self.assets = name, assets
        self.doors = itertools.cycle([Door(url) for url in urls])
        self.cookies: dict[str, str] = {}

    def does(self, request: Request) -> Iterator[Answer]:
        """The request, and what it brings with it: a login before, a page's assets after."""
        if request.kind in ("account", "cart") and "session" not in self.cookies:
            yield self.ask(Request(number=request.number, kind="login", path="/login", body=self.name))[0]
        answer, says = self.ask(request)
        if answer.error == LOGGED_OUT:
            self.cookies.pop("session", None)
        yield answer
        for path in says.get("assets", ()) if self.assets else ():
            yield self.ask(Request(number=request.number, kind="asset", path=path, kept=request.kept))[0]

    def ask(self, request: Request) -> tuple[Answer, Mapping[str, Any]]:
        """What came of it, and what the answer says."""
        door, at, begun = next(self.doors), time.time(), time.monotonic()
        answer = Answer(
            number=request.number, user=self.name, kind=request.kind, at=at, took=0.0, asked=request.asked, kept=False
        )
        says: Mapping[str, Any] = {}
        try:
            kept, response, body = door.exchange(request, self.cookies)
            self._remember(response)
            error = fault(request, response.status, body, self.name)
            says = json.loads(body) if not error and request.kind != "asset" else {}
            answer = replace(answer, kept=kept, status=response.status, error=error)
        except (OSError, http.client.HTTPException) as broken:
            answer = replace(answer, error=type(broken).__name__)
            door.close()
        took = time.monotonic() - begun
        return replace(answer, took=took, version=says.get("version", ""), host=says.get("host", "")), says

    def leave(self) -> None:
        door = first = next(self.doors)
        while True:
            door.close()
            if (door := next(self.doors)) is first:
                return

    def _remember(self, response: http.client.HTTPResponse) -> None:
        for header in response.headers.get_all("Set-Cookie") or ():
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(header).items()})


class Door:
    """One balancer, and the connection to it that is kept."""

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        self._host, self._port = where.hostname or "", where.port or 80
        self._connection = self._new()

    def exchange(self, request: Request, cookies: Mapping[str, str]) -> tuple[bool, http.client.HTTPResponse, bytes]:
        """Whether it came on a kept connection, and what was answered."""
        connection = self._connection if request.kept else self._new()
        kept = connection.sock is not None
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {}
        try:
            connection.request(request.method, request.path, body=request.body or None, headers=headers)
            response = connection.getresponse()
            return kept, response, response.read()
        finally:
            if not request.kept:
                connection.close()

    def close(self) -> None:
        self._connection.close()

    def _new(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self._host, self._port, timeout=PATIENCE)
