"""Asking a candidate revision who it is, at its tagged address, before it gets any traffic."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from deployguard.model.errors import CloudError, UsageError

_MOST_BYTES = 65_536
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered. `json` is the body where it is JSON, None otherwise; `text` is its beginning.

    A status of 401 or 403 may be Cloud Run's own: the caller is not among the invokers, or ingress is internal (404).
    """

    status: int
    json: object = None
    text: str = ""


def ask(uri: str, path: str, timeout: float, token: str = "") -> Answer:
    """GET `path` of a service at `uri`; every status is an answer. `timeout` is in seconds, `token` an identity token.

    Raises:
        CloudError: kind `timeout` when no answer came in time, `unavailable` when none could, `refused` when the answer
            leads to another host: a token is not carried there.
        UsageError: the address is neither https nor on this machine.
    """
    url = uri.rstrip("/") + "/" + path.lstrip("/")
    opener = urllib.request.build_opener(_SameHost, *_way(url))
    headers = {"Accept": "application/json", "User-Agent": "deployguard"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the scheme was judged above
    try:
        with _answered(opener, request, timeout) as answer:
            return _read(answer.status, _body(answer, time.monotonic() + timeout))
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        cause = error.reason if isinstance(error, urllib.error.URLError) else error
        late = isinstance(cause, TimeoutError)
        raise CloudError(
            "timeout" if late else "unavailable",
            f"asking {url}: " + (f"no answer in {timeout:g} s" if late else f"cannot be reached ({cause})"),
        ) from error


def _answered(opener: urllib.request.OpenerDirector, request: urllib.request.Request, timeout: float) -> Any:
    """Return what came back, of whatever status."""
    try:
        return opener.open(request, timeout=timeout)
    except urllib.error.HTTPError as refused:
        return refused


def _body(answer: Any, ends: float) -> bytes:
    """Read the beginning of a body; one that comes by drops has a limit of time too, which no single reading knows."""
    parts: list[bytes] = []
    left = _MOST_BYTES
    while left > 0 and (part := answer.read1(left)):
        parts.append(part)
        left -= len(part)
        if left > 0 and time.monotonic() > ends:
            raise TimeoutError("the answer did not end")
    return b"".join(parts)


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows redirects within a host alone."""

    def redirect_request(self, *given: Any) -> Any:
        request, answer, wanted = given[0], given[1], given[-1]
        before, after = urlsplit(request.full_url), urlsplit(urljoin(request.full_url, wanted))
        if (before.scheme, before.netloc) != (after.scheme, after.netloc):
            answer.close()
            raise CloudError(
                "refused", f"asking {request.full_url}: the answer leads to another host, {after.netloc}"
            )
        return super().redirect_request(*given)


def _way(url: str) -> tuple[urllib.request.BaseHandler, ...]:
    """Judge an address: over https, through the proxy of the environment; on this machine, straight."""
    parts = urlsplit(url)
    if parts.hostname in _LOCAL and parts.scheme in {"http", "https"}:
        return (urllib.request.ProxyHandler({}),)
    if parts.scheme == "https":
        return ()
    raise UsageError(f"{url}: a service is asked over https only")


def _read(status: int, body: bytes) -> Answer:
    text = body.decode("utf-8", "replace")
    try:
        return Answer(status, json.loads(text), text[:500])
    except (ValueError, RecursionError):
        return Answer(status, None, text[:500])
