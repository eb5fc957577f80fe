"""A real browser, run as a program: what it draws and what it finds in a page."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NoReturn

import pytest

_QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--hide-scrollbars"),
)
DARK, LIGHT = "--blink-settings=preferredColorScheme=0", "--blink-settings=preferredColorScheme=1"
_FRAME = """<!doctype html><html style="color-scheme: light dark"><title></title>
<script>onmessage = event => document.title = event.data</script>
<iframe width="{width}" height="900" style="border: 0" src="{page}"></iframe></html>"""


class Browser:
    """Chromium with a profile of its own; each call is a program that starts and ends."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._program = shutil.which("chromium") or _absent()

    def asked(self, page: Path, script: str, width: int, *flags: str) -> Any:  # noqa: ANN401 whatever it found
        """Return what the expression `script` gives inside a page, drawn `width` pixels wide.

        The page lies in a frame: no window of Chromium's is as narrow as a phone.
        """
        copy, frame = page.with_name(f"asked-{page.name}"), page.with_name("frame.html")
        told = f"<script>parent.postMessage(JSON.stringify({script}), '*')</script>"
        copy.write_text(_unguarded(page.read_text()).replace("</body>", f"{told}</body>"))
        frame.write_text(_FRAME.format(width=width, page=copy.name))
        drawn = self.run("--dump-dom", frame.as_uri(), "--virtual-time-budget=5000", *flags)
        return json.loads(unescape(drawn.partition("<title>")[2].partition("</title>")[0]))

    def run(self, *arguments: str) -> str:
        command = [self._program, *_QUIET, f"--user-data-dir={self._profile}", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        return done.stdout


@contextmanager
def served(page: bytes) -> Iterator[tuple[str, list[str]]]:
    """Serve a page; gives its address, and the paths that are asked for while it is looked at."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/page", paths
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _unguarded(page: str) -> str:
    """Leave out the policy of a page: it would refuse the script of a test."""
    before, _, rest = page.partition('<meta http-equiv="Content-Security-Policy"')
    return before + rest.partition("/>")[2]


def _absent() -> NoReturn:
    """Where everything is checked, a missing browser must not look like success."""
    reason = "chromium is not installed: no page was looked at"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
