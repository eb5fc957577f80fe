"""The HTTP front: one loopback port for HTTP of every kind, and for gRPC, which is passed on."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from deployguard.emulator.refusal import Dropped, Refusal

LARGEST_BODY = 512 * 1024 * 1024
_HTTP2 = b"PRI"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request. `host` is that of an absolute URI, as a client behind a proxy sends it, else Host's."""

    verb: str
    host: str
    path: str
    query: str
    headers: Message[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()


def json_response(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON answer."""
    return Response(
        status,
        json.dumps(content).encode(),
        {"Content-Type": "application/json; charset=UTF-8", **(headers or {})},
    )


def refused(refusal: Refusal) -> Response:
    """Return the answer that says why a request is refused."""
    return Response(refusal.http, refusal.body(), {"Content-Type": "application/json; charset=UTF-8"})


Answer = Callable[[Request], Response]


class Front(ThreadingHTTPServer):
    """Listens on loopback; hands HTTP to `answer`, and HTTP/2 connections to the gRPC port."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.answer: Answer = lambda _: refused(Refusal("UNAVAILABLE", "the emulator is starting"))
        self.grpc_port = 0
        self.ready = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def finish_request(self, request: Any, client_address: Any) -> None:
        self.ready.wait()
        if request.recv(len(_HTTP2), socket.MSG_PEEK) == _HTTP2:
            _splice(request, self.grpc_port)
        else:
            super().finish_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the base class calls it
        _log.debug("a connection from %s ended early", client_address, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "deployguard-emulator"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Front

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        try:
            response = self._response()
        except Dropped:
            self.close_connection = True
            return
        self._write(response)

    def _response(self) -> Response:
        try:
            parts = urlsplit(self.path)
            host = parts.netloc or self.headers.get("Host", "")
            request = Request(self.command, host, parts.path, parts.query, self.headers, self._body())
            return self.server.answer(request)
        except Refusal as refusal:
            return refused(refusal)
        except Dropped:
            raise
        except Exception as problem:
            _log.exception("%s %s failed", self.command, self.path)
            return refused(Refusal("INTERNAL", f"the emulator failed: {problem!r}"))

    def _body(self) -> bytes:
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.send_response_only(100)
            self.end_headers()
            self.wfile.flush()
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return b"".join(self._chunks())
        text = self.headers.get("Content-Length", "0")
        if not text.isdigit() or int(text) > LARGEST_BODY:
            self.close_connection = True
            raise Refusal("INVALID_ARGUMENT", "Content-Length is no number, or the body is too large", 413)
        return self.rfile.read(int(text))

    def _chunks(self) -> list[bytes]:
        found: list[bytes] = []
        while size := self._chunk_size():
            if size + sum(map(len, found)) > LARGEST_BODY:
                self.close_connection = True
                raise Refusal("INVALID_ARGUMENT", "the body is too large", 413)
            found.append(self.rfile.read(size))
            self.rfile.readline(8)
        while self.rfile.readline(8192).strip():
            pass
        return found

    def _chunk_size(self) -> int:
        text = self.rfile.readline(1024).partition(b";")[0].strip()
        if not text or text.strip(b"0123456789abcdefABCDEF"):
            self.close_connection = True
            raise Refusal("INVALID_ARGUMENT", "the chunked body cannot be read")
        return int(text, 16)

    def _write(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        for cookie in response.cookies:
            self.send_header("Set-Cookie", cookie)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        _log.debug(format, *args)


def _splice(client: socket.socket, port: int) -> None:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)) as server:
        for one in (client, server):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        back = threading.Thread(target=_pump, args=(server, client), daemon=True, name="grpc back")
        back.start()
        _pump(client, server)
        back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(256 * 1024):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
