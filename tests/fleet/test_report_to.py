"""The examples for `report_to`, run against a server that keeps what it is told; and an address, without a program."""

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from zdd.report import report_to

EXAMPLES = Path(__file__).parents[2] / "docs/examples"
RUN: dict[str, Any] = {
    "type": "start",
    "text": "shop@lab: deploying 1.0 → 1.1, run r1",
    "run": "r1",
    "fleets": ["shop@lab"],
    "failed": [{"host": "web2", "task": "health", "status": "failed", "detail": "status 500"}],
    "next": ["zdd resume r1"],
}


class Kept(HTTPServer):
    """What was asked of it: method, path, JSON."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Keeper)
        self.asked: list[tuple[str, str, Any]] = []
        self.silences: dict[str, Any] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Keeper(BaseHTTPRequestHandler):
    """Slack, and as much of Alertmanager as is needed."""

    server: Kept

    def _answer(self) -> None:
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        value = json.loads(text) if text else {}
        self.server.asked.append((self.command, self.path, value))
        known = self.server.silences
        if self.command == "POST" and self.path == "/api/v2/silences":
            known["s1"] = {"id": "s1", "status": {"state": "active"}, **value}
        if self.command == "DELETE":
            known[self.path.rpartition("/")[2]]["status"]["state"] = "expired"
        self.send_response(500 if self.path == "/broken" else 200)
        self.end_headers()
        self.wfile.write(json.dumps(list(known.values())).encode())

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def kept() -> Iterator[Kept]:
    server = Kept()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def run(example: str, message: dict[str, Any], **environment: str) -> None:
    subprocess.run([EXAMPLES / example], input=json.dumps(message), env=environment, text=True, check=True, timeout=30)


def test_slack_is_told_a_line_and_everybody_of_a_halt(kept: Kept) -> None:
    run("slack", {**RUN, "failed": [], "next": []}, SLACK_WEBHOOK=kept.url, PATH="/usr/bin:/bin")
    run("slack", {**RUN, "type": "halt"}, SLACK_WEBHOOK=kept.url, PATH="/usr/bin:/bin")
    assert [value["text"] for _, _, value in kept.asked] == [
        RUN["text"],
        f"<!channel> {RUN['text']}\n• web2: health failed: status 500\n`zdd resume r1`",
    ]


def test_alerts_are_silent_while_a_run_lives(kept: Kept) -> None:
    run("silence", RUN, ALERTMANAGER=kept.url, PATH="/usr/bin:/bin")
    [made] = kept.silences.values()
    assert made["matchers"] == [{"name": "fleet", "value": "shop@lab", "isRegex": False, "isEqual": True}]
    assert made["startsAt"] < made["endsAt"] and made["status"]["state"] == "active"
    run("silence", {**RUN, "type": "end", "run": "r2"}, ALERTMANAGER=kept.url, PATH="/usr/bin:/bin")
    assert made["status"]["state"] == "active", "another run's"
    run("silence", {**RUN, "type": "halt"}, ALERTMANAGER=kept.url, PATH="/usr/bin:/bin")
    assert made["status"]["state"] == "expired"


def test_an_address_gets_a_post(kept: Kept) -> None:
    assert report_to.told(f"{kept.url}/hook", json.dumps(RUN)) == ""
    assert kept.asked == [("POST", "/hook", RUN)]
    assert report_to.told(f"{kept.url}/broken", "{}") == "status 500"
