"""A real web server on the loopback, whose pages a test writes."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Page:
    """What the server answers at one path."""

    content: bytes = b""
    kind: str | None = "text/html"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0  # seconds between its bytes
    announce: int | None = None  # a length that it may not keep


class PageServer(ThreadingHTTPServer):
    """Serves `pages` by path and remembers what it was asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.pages: dict[str, Page] = {}
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    """Answers one request."""

    server: PageServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        page = self.server.pages.get(self.path, Page(b"nothing here", status=404))
        self.send_response(page.status)
        if page.kind:
            self.send_header("Content-Type", page.kind)
        if not page.drip:
            self.send_header(
                "Content-Length", str(len(page.content) if page.announce is None else page.announce)
            )
        for name, value in page.headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            for start in range(0, len(page.content), 1 if page.drip else 2**16):
                self.wfile.write(page.content[start : start + (1 if page.drip else 2**16)])
                self.wfile.flush()
                time.sleep(page.drip)
        except OSError:
            pass  # who asked has gone

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[PageServer]:
    """A running server."""
    server = PageServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
