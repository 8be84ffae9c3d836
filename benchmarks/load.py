"""Ten clients that ask for pages of 50 ms each, some 60 a second in all.

Run as `load URL`. On SIGTERM it says how many requests there were, and how many failed.
"""

import http.client
import json
import signal
import sys
import threading
from collections import Counter
from urllib.parse import urlsplit

CLIENTS, PAUSE, PAGE = 10, 0.11, "/slow?s=0.05"


def use(netloc: str, over: threading.Event, counted: Counter[str]) -> None:
    """A new connection each time: whoever is drained gets no more of them."""
    while not over.wait(PAUSE):
        try:
            connection = http.client.HTTPConnection(netloc, timeout=10)
            connection.request("GET", PAGE)
            counted["ok" if connection.getresponse().status == 200 else "failed"] += 1
            connection.close()
        except (OSError, http.client.HTTPException):
            counted["failed"] += 1


def main() -> None:
    over, counted = threading.Event(), Counter[str]()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    clients = [threading.Thread(target=use, args=(urlsplit(sys.argv[1]).netloc, over, counted)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    print(json.dumps(counted))


if __name__ == "__main__":
    main()
