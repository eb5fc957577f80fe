"""A receiver of messages over HTTP, as apprise's `json://` sends them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """What was received; `status` is what it answers, after `delay` seconds."""

    def __init__(self) -> None:
        self.received: list[dict[str, str]] = []
        self.status, self.delay, self.port = 200, 0.0, 0

    @property
    def url(self) -> str:
        """Its URL, with a secret that must never be shown."""
        return f"json://user:s3cr3t@127.0.0.1:{self.port}/t0k3n"

    @property
    def titles(self) -> list[str]:
        return [each["title"] for each in self.received]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Receive until the end of the block."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(receiver.delay)
            if receiver.status == 200:
                receiver.received.append(json.loads(content))
            self.send_response(receiver.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
