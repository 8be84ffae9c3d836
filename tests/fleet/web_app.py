"""A web application in a thread: it says what it was asked, answers its check as told, and holds requests on demand."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class WebApp(ThreadingHTTPServer):
    """`/check` is the balancer's, `/slow` is answered when `go` is set, all else at once."""

    def __init__(self, address: str) -> None:
        super().__init__((address, 0), _Handler)
        self.address, self.port = address, int(self.server_address[1])
        self.status = 200
        self.asked: list[str] = []  # the paths of everyone but the balancer's check
        self.go, self.check_go = threading.Event(), threading.Event()
        self.check_go.set()


class _Handler(BaseHTTPRequestHandler):
    server: WebApp

    def do_GET(self) -> None:
        if self.path == "/check":
            self.server.check_go.wait(20)
        else:
            self.server.asked.append(self.path)
        if self.path == "/slow":
            self.server.go.wait(20)
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def handle(self) -> None:
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            return  # a check that was given up

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@contextmanager
def running(address: str) -> Iterator[WebApp]:
    app = WebApp(address)
    thread = threading.Thread(target=app.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield app
    finally:
        app.go.set()
        app.check_go.set()
        app.shutdown()
        thread.join()
        app.server_close()
