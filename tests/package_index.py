"""A package index on this machine: hand-made wheels behind a small HTTP server that can misbehave."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import re
import tarfile
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


def make_wheel(
    name: str,
    version: str,
    files: Mapping[str, str] | Sequence[str] = (),
    requires: Sequence[str] = (),
    padding: int = 0,
) -> bytes:
    """Make the bytes of a wheel; `padding` bytes that do not compress come first."""
    stem = f"{name.replace('-', '_')}-{version}"
    contents = dict(files) if isinstance(files, Mapping) else {path: f"# {path}\n" for path in files}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        if padding:
            archive.writestr("padding.bin", b"\0" * padding)
        for path, text in contents.items():
            archive.writestr(path.replace("DATA", f"{stem}.data"), text)
        lines = "".join(f"Requires-Dist: {line}\n" for line in requires)
        head = (
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{lines}\nRequires-Dist: not-a-header\n"
        )
        archive.writestr(f"{stem}.dist-info/METADATA", head)
        archive.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{stem}.dist-info/RECORD", "")
    return buffer.getvalue()


def make_sdist(name: str, version: str, files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w") as tar,
    ):
        for path, text in files.items():
            info = tarfile.TarInfo(f"{name}-{version}/{path}")
            info.size = len(text.encode())
            tar.addfile(info, io.BytesIO(text.encode()))
    return buffer.getvalue()


@dataclass
class PackageIndex:
    """Files by name, and how the server behaves. `requests` are the asker, path and range of each one so far.

    `broken` files are given to uv, and to nobody else; `ranges`: it serves them; `refusal`: it
    answers this to a range. `status`: it answers this to everything. `password`: it wants that of user `ana`.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    yanked: dict[str, str] = field(default_factory=dict)
    ranges: bool = True
    hashes: bool = True
    refusal: int = 0
    status: int = 0
    broken: set[str] = field(default_factory=set)
    pause: float = 0.0
    body: bytes | None = None
    password: str = ""
    requests: list[tuple[str, str, str]] = field(default_factory=list)
    address: str = ""

    def add(
        self,
        name: str,
        version: str,
        files: Mapping[str, str] | Sequence[str] = (),
        requires: Sequence[str] = (),
        *,
        tag: str = "py3-none-any",
        padding: int = 0,
    ) -> str:
        """Add a wheel; return its file name."""
        file = f"{name.replace('-', '_')}-{version}-{tag}.whl"
        self.files[file] = make_wheel(name, version, files, requires, padding)
        return file

    def page(self, project: str) -> bytes:
        names = [file for file in self.files if file.split("-")[0].lower().replace("_", "-") == project]
        links = "".join(self._link(file) for file in names)
        return f"<!DOCTYPE html><html><body>{links}</body></html>".encode() if names else b""

    def _link(self, file: str) -> str:
        digest = hashlib.sha256(self.files[file]).hexdigest()
        fragment = f"#sha256={digest}" if self.hashes else ""
        yanked = f' data-yanked="{self.yanked[file]}"' if file in self.yanked else ""
        return f'<a href="/files/{file}{fragment}"{yanked}>{file}</a>'

    def fetched(self, file: str) -> list[str]:
        """The ranges in which a file was asked for by deployguard itself, `""` for the whole."""
        return [span for agent, path, span in self.requests if path.endswith(file) and agent == "deployguard"]


def _basic(user: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


@contextmanager
def serving(index: PackageIndex) -> Iterator[PackageIndex]:
    """Serve an index on the loopback interface."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            span = self.headers.get("Range") or ""
            agent = self.headers.get("User-Agent", "").partition("/")[0]
            index.requests.append((agent, self.path, span))
            time.sleep(index.pause)
            name = self.path.strip("/").rpartition("/")[2]
            if index.status or (name in index.broken and agent == "deployguard"):
                self.answer(index.status or 500, b"broken")
            elif index.password and self.headers.get("Authorization") != _basic("ana", index.password):
                self.answer(401, b"who is there?")
            elif index.refusal and span:
                self.answer(index.refusal, b"no ranges")
            elif index.body is not None:
                self.answer(200, index.body)
            elif self.path.startswith("/simple/"):
                page = index.page(name)
                self.answer(200 if page else 404, page)
            elif name in index.files:
                self.file(index.files[name], span)
            else:
                self.answer(404, b"")

        def file(self, content: bytes, span: str) -> None:
            match = _RANGE.match(span)
            if not index.ranges or not match:
                self.answer(200, content)
                return
            first, last = match.groups()
            start = int(first) if first else max(0, len(content) - int(last))
            end = min(len(content), int(last) + 1 if first and last else len(content))
            self.answer(206, content[start:end], f"bytes {start}-{end - 1}/{len(content)}")

        def answer(self, status: int, content: bytes, span: str = "") -> None:
            self.send_response(status)
            self.send_header(
                "Content-Type", "text/html" if self.path.startswith("/simple/") else "application/zip"
            )
            self.send_header("Content-Length", str(len(content)))
            if status == 401:
                self.send_header("WWW-Authenticate", "Basic")
            if span:
                self.send_header("Content-Range", span)
            self.end_headers()
            if self.command != "HEAD":
                with suppress(ConnectionError):
                    self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    index.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield index
    finally:
        server.shutdown()
        server.server_close()
