"""Clients that keep asking, each request on a connection of its own, none tried again."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

CLIENTS = 4
PAUSE = 0.05


@contextmanager
def no_request_fails(url: str) -> Iterator[None]:
    """Asks for as long as the block lasts."""
    where, over = urlsplit(url), threading.Event()
    answers: list[str] = []

    def ask() -> str:
        connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=10)
        try:
            connection.request("GET", "/")
            return str(connection.getresponse().status)
        except OSError as error:
            return f"{type(error).__name__}: {error}"
        finally:
            connection.close()

    def keep_asking() -> None:
        while not over.wait(PAUSE):
            answers.append(ask())

    clients = [threading.Thread(target=keep_asking) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        time.sleep(0.5)
        yield
        time.sleep(0.5)
    finally:
        over.set()
        for client in clients:
            client.join()
    failed = [answer for answer in answers if answer != "200"]
    assert len(answers) > 20 and not failed, f"{len(failed)} of {len(answers)} failed: {sorted(set(failed))}"
