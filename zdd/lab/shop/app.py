"""The demo's web shop, version and behaviour as its release says. This file is the release's main part."""

import json
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

RELEASE = Path(__file__).parent
VERSION = (RELEASE / "VERSION").read_text().strip()
BEHAVIOUR = (RELEASE / "BEHAVIOUR").read_text().strip()
HOST = os.environ.get("SHOP_HOST", "")
SLOW_START = 5.0
LONGEST = 10.0

Answer = tuple[str, dict[str, Any]]
StartResponse = Callable[[str, list[tuple[str, str]]], object]

if BEHAVIOUR == "never starts":
    raise RuntimeError(f"shop {VERSION} was built to never start")
if BEHAVIOUR == "slow":
    time.sleep(SLOW_START)


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    status, says = answer(environ)
    body = json.dumps({"version": VERSION, "host": HOST, **says}).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def answer(environ: dict[str, Any]) -> Answer:
    asked = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    if asked == ("GET", "/healthz"):
        return health()
    if asked == ("GET", "/"):
        return "200 OK", {}
    if asked == ("GET", "/slow"):
        return slow(environ["QUERY_STRING"])
    if asked == ("POST", "/orders"):
        return order(environ)
    return "404 Not Found", {"error": "no such page"}


def health() -> Answer:
    if BEHAVIOUR == "fails health":
        return "500 Internal Server Error", {"status": "broken"}
    return "200 OK", {"status": "ok"}


def slow(query: str) -> Answer:
    seconds = float(parse_qs(query).get("s", ["2"])[0])
    time.sleep(min(max(seconds, 0.0), LONGEST))
    return "200 OK", {"slept": seconds}


def order(environ: dict[str, Any]) -> Answer:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return "200 OK", {"order": environ["wsgi.input"].read(length).decode()}
