"""The demo's web shop, version and behaviour as its release says. This file is the release's main part."""

import json
import os
import secrets
import time
from collections.abc import Callable, Iterable
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

RELEASE = Path(__file__).parent
VERSION = (RELEASE / "VERSION").read_text().strip()
BEHAVIOUR = (RELEASE / "BEHAVIOUR").read_text().strip()
SESSION = tuple((RELEASE / "SESSION").read_text().split())  # what this release keeps in a session
ASSETS = RELEASE / "public" / "assets"
HOST = os.environ.get("SHOP_HOST", "")
REDIS = os.environ.get("SHOP_REDIS", "")
SLOW_START = 5.0
LONGEST = 10.0
SESSION_LASTS = 3600  # seconds

Environ = dict[str, Any]
Answer = tuple[str, dict[str, Any]]
StartResponse = Callable[[str, list[tuple[str, str]]], object]

OK, UNAUTHORIZED, BROKEN = "200 OK", "401 Unauthorized", "500 Internal Server Error"
NOT_FOUND: Answer = ("404 Not Found", {"error": "no such page"})

if BEHAVIOUR == "never starts":
    raise RuntimeError(f"shop {VERSION} was built to never start")
if BEHAVIOUR == "slow":
    time.sleep(SLOW_START)


def sessions() -> Any:
    import redis

    return redis.Redis.from_url(REDIS, decode_responses=True, socket_timeout=5.0)


STORE: Any = sessions() if REDIS else None


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path.startswith("/assets/"):
        return asset(path.removeprefix("/assets/"), start_response)
    status, says = answer(environ)
    cookie = [("Set-Cookie", f"session={says['session']}; Path=/; HttpOnly")] if "session" in says else []
    body = json.dumps({"version": VERSION, "host": HOST, **says}).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body))), *cookie])
    return [body]


def answer(environ: Environ) -> Answer:
    match environ["REQUEST_METHOD"], environ["PATH_INFO"]:
        case "GET", "/alive":
            return OK, {}
        case "GET", "/healthz":
            return health()
        case "GET", "/":
            return OK, {"assets": sorted(f"/assets/{path.name}" for path in ASSETS.glob(f"{VERSION}-*"))}
        case "GET", "/slow":
            return slow(environ["QUERY_STRING"])
        case "POST", "/orders":
            return order(environ)
        case "POST", "/login" if STORE is not None:
            return login(body_of(environ))
        case "GET", "/account" | "/cart" if STORE is not None:
            return visit(environ)
    return NOT_FOUND


def health() -> Answer:
    """More than alive: can it do what it is for?"""
    return (BROKEN, {"status": "orders fail"}) if BEHAVIOUR == "fails health" else (OK, {"status": "ok"})


def slow(query: str) -> Answer:
    seconds = float(parse_qs(query).get("s", ["2"])[0])
    time.sleep(min(max(seconds, 0.0), LONGEST))
    return OK, {"slept": seconds}


def order(environ: Environ) -> Answer:
    if BEHAVIOUR == "fails health":
        return BROKEN, {"error": "orders fail"}
    return OK, {"order": body_of(environ)}


def asset(name: str, start_response: StartResponse) -> Iterable[bytes]:
    path = ASSETS / name
    found = path.parent == ASSETS and path.is_file()
    body = path.read_bytes() if found else b"no such asset"
    start_response(OK if found else NOT_FOUND[0], [("Content-Length", str(len(body))), ("Shop-Host", HOST)])
    return [body]


# -- sessions: in Redis, so that any host knows whoever logged in at another


def login(user: str) -> Answer:
    session = secrets.token_hex(16)
    keep(session, {"user": user, "visits": 0})
    return OK, {"user": user, "session": session}


def visit(environ: Environ) -> Answer:
    cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get("session")
    kept = STORE.get(f"session:{cookie.value}") if cookie else None
    if not cookie or not kept:
        return UNAUTHORIZED, {"error": "nobody is logged in"}
    said = json.loads(kept)
    said["visits"] += 1
    keep(cookie.value, said)
    return OK, {"user": said["user"], "visits": said["visits"], "page": environ["PATH_INFO"]}


def keep(session: str, said: dict[str, Any]) -> None:
    """What another release has put there and this one does not know stays as it is."""
    if "seen_by" in SESSION:
        said["seen_by"] = HOST
    STORE.set(f"session:{session}", json.dumps(said), ex=SESSION_LASTS)


def body_of(environ: Environ) -> str:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return str(environ["wsgi.input"].read(length).decode())
