"""A file on an HTTP server, of which only the wanted parts are fetched (RFC 9110, section 14: range requests).

A wheel is a zip: its directory stands at the end, METADATA usually just before. Where a server has no ranges, the one
answer holds the whole file, and nothing is asked again.
"""

from __future__ import annotations

import base64
import io
import netrc
import ssl
import tempfile
import time
import urllib.error
import urllib.request
from http.client import HTTPException, HTTPResponse
from typing import IO
from urllib.parse import unquote, urlsplit, urlunsplit

from deployguard.requirements.addresses import without_secrets
from deployguard.requirements.resolving.indexes import Indexes

TAIL = 64 * 1024  # bytes: the directory and METADATA of most wheels
_BLOCK = 32 * 1024
_PAUSE = 20.0  # seconds without a byte
_LIMIT = 180.0  # seconds for one file
_MOST = 4 << 30  # bytes
_IN_MEMORY = 8 << 20


class FetchError(OSError):
    """The file cannot be had; the message says why, without passwords."""


class Web:
    """Fetches files with this machine's certificates and passwords."""

    def __init__(self, indexes: Indexes, *, pause: float = _PAUSE, limit: float = _LIMIT) -> None:
        self.secrets = indexes.secrets
        self.pause = pause
        self.limit = limit
        self._opener: urllib.request.OpenerDirector | None = None
        self._certificates = indexes.certificates

    def open(self, url: str) -> IO[bytes] | Remote:
        """Open a file for reading at any place; one on this machine is simply opened.

        Raises:
            FetchError: it cannot be had.
        """
        if urlsplit(url).scheme == "file":
            return open(urllib.request.url2pathname(urlsplit(url).path), "rb")  # noqa: PTH123
        deadline = time.monotonic() + self.limit
        answer = self.get(url, f"bytes=-{TAIL}")
        with answer:
            total = _total(answer)
            if answer.status == 206 and total is not None:
                return Remote(self, url, total, self.content(answer, deadline), deadline)
            if answer.status == 200:
                return self.read(answer, deadline)
        with self.get(url) as whole:
            return self.read(whole, deadline)

    def get(self, url: str, span: str = "") -> HTTPResponse:
        """Ask once, and once more where the server was busy. A range that it refuses is asked for as a whole."""
        for last in (False, True):
            try:
                answer: HTTPResponse = self.opener.open(self._request(url, span), timeout=self.pause)
            except urllib.error.HTTPError as error:
                error.close()
                if span and error.code in {400, 416, 501}:
                    return self.get(url)
                if last or error.code < 500:
                    raise FetchError(f"{_shown(url)} answers {error.code} {error.reason}") from error
            except (OSError, HTTPException, ValueError) as error:
                if last or isinstance(error, FetchError):
                    raise FetchError(f"{_shown(url)} does not answer: {_reason(error)}") from error
            else:
                return answer
        raise AssertionError

    def content(self, answer: HTTPResponse, deadline: float) -> bytes:
        with self.read(answer, deadline) as file:
            return file.read()

    def read(self, answer: HTTPResponse, deadline: float) -> IO[bytes]:
        """Read an answer to its end, within the limits of time and size."""
        file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
        try:
            while chunk := answer.read1(_BLOCK * 8):
                file.write(chunk)
                if time.monotonic() > deadline:
                    raise FetchError(
                        f"{_shown(answer.url)} is too slow: {file.tell():,} bytes in {self.limit:g} s"
                    )
                if file.tell() > _MOST:
                    raise FetchError(f"{_shown(answer.url)} is too large")
            if answer.length:
                raise FetchError(f"{_shown(answer.url)} ends {answer.length:,} bytes early")
        except (OSError, HTTPException) as error:
            file.close()
            if isinstance(error, FetchError):
                raise
            raise FetchError(f"{_shown(answer.url)} breaks off: {_reason(error)}") from error
        file.seek(0)
        return file

    @property
    def opener(self) -> urllib.request.OpenerDirector:
        if self._opener is None:
            context = ssl.create_default_context(cafile=self._certificates or None)
            https = urllib.request.HTTPSHandler(context=context)
            self._opener = urllib.request.build_opener(https)
        return self._opener

    def _request(self, url: str, span: str) -> urllib.request.Request:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        plain = urlunsplit(parts._replace(netloc=host, fragment=""))
        headers = {"User-Agent": "deployguard", "Accept-Encoding": "identity"}
        request = urllib.request.Request(plain, headers=headers)  # noqa: S310
        if span:
            request.add_header("Range", span)
        own = (unquote(parts.username or ""), unquote(parts.password or "")) if parts.username else None
        secret = own or self.secrets.get(host) or _from_netrc(parts.hostname or "")
        if secret:
            token = base64.b64encode(":".join(secret).encode()).decode("ascii")
            # Not added to the headers proper: those follow a redirect, to whatever host.
            request.add_unredirected_header("Authorization", f"Basic {token}")
        return request


class Remote(io.BufferedIOBase):
    """A seekable view of a remote file of `total` bytes, of which `tail` is at hand."""

    def __init__(self, web: Web, url: str, total: int, tail: bytes, deadline: float) -> None:
        self.web, self.url, self.total, self.deadline = web, url, total, deadline
        self.at = 0
        self.blocks: list[tuple[int, bytes]] = [(total - len(tail), tail)]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: self.total}[whence]
        self.at = base + offset
        if self.at < 0:
            self.at = 0
            raise OSError("a place before the start of the file")
        return self.at

    def read(self, size: int | None = -1) -> bytes:
        end = self.total if size is None or size < 0 else min(self.total, self.at + size)
        if end <= self.at:
            return b""
        start, block = self._holding(self.at, end)
        found = block[self.at - start : end - start]
        self.at = end
        return found

    def _holding(self, start: int, end: int) -> tuple[int, bytes]:
        for first, block in self.blocks:
            if first <= start and end <= first + len(block):
                return first, block
        # METADATA stands right before the directory: what comes before a part is soon asked for.
        early, last = max(0, start - _BLOCK), min(self.total, max(end, start + _BLOCK))
        with self.web.get(self.url, f"bytes={early}-{last - 1}") as answer:
            whole = answer.status == 200
            content = self.web.content(answer, self.deadline)
        first = 0 if whole else early
        if first + len(content) < end:
            raise FetchError(f"{_shown(self.url)} gives other bytes than asked for")
        self.blocks.append((first, content))
        return first, content


def _total(answer: HTTPResponse) -> int | None:
    """The length of the whole, from `Content-Range: bytes 7-9/10`."""
    _, _, total = (answer.headers.get("Content-Range") or "").rpartition("/")
    return int(total) if total.isascii() and total.isdigit() else None


def _from_netrc(host: str) -> tuple[str, str] | None:
    try:
        found = netrc.netrc().authenticators(host)
    except (OSError, netrc.NetrcParseError):
        return None
    return (found[0], found[2] or "") if found else None


def _reason(error: BaseException) -> str:
    inner = getattr(error, "reason", error)
    return without_secrets(str(inner) or type(inner).__name__)


def _shown(url: str) -> str:
    """The address without password, query and fragment: signed addresses carry secrets there."""
    parts = urlsplit(without_secrets(url))
    return urlunsplit(parts._replace(query="", fragment=""))
