"""Uploads in several parts: multipart bodies, and resumable sessions."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from typing import Any

from deployguard.emulator.http import LARGEST_BODY
from deployguard.emulator.objects import Preconditions
from deployguard.emulator.refusal import Refusal, invalid

_BOUNDARY = re.compile(r"""boundary=(?:"([^"]+)"|'([^']+)'|([^\s;]+))""")
_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


@dataclass(slots=True)
class Upload:
    """A resumable upload under way; it is lost when the emulator stops."""

    bucket: str
    name: str
    given: dict[str, Any]
    when: Preconditions
    content: bytearray = field(default_factory=bytearray)
    complete: bool = False


class Uploads:
    """Resumable uploads by session."""

    def __init__(self) -> None:
        self._under_way: dict[str, Upload] = {}
        self._lock = threading.Lock()

    def begin(self, session: str, bucket: str, name: str, given: dict[str, Any], when: Preconditions) -> str:
        with self._lock:
            self._under_way[session] = Upload(bucket, name, given, when)
        return session

    def add(self, session: str, content_range: str, content: bytes) -> Upload:
        """Append a chunk where it belongs; raises Refusal for an unknown session or a gap."""
        with self._lock:
            upload = self._under_way.get(session)
            if upload is None:
                raise Refusal("NOT_FOUND", "The upload session is not known.")
            match = _RANGE.fullmatch(content_range)
            if content_range and match is None:
                raise invalid(f"Content-Range: {content_range!r} is no range")
            first = (
                int(match[1]) if match and match[1] else len(upload.content) if content or not match else None
            )
            if first is not None:
                if first > len(upload.content) or first + len(content) > LARGEST_BODY:
                    raise Refusal("OUT_OF_RANGE", "The chunk leaves a gap, or the object is too large.", 416)
                upload.content[first:] = content
            total = match[3] if match else str(len(upload.content))
            upload.complete = total != "*" and len(upload.content) == int(total)
            return upload

    def end(self, session: str) -> None:
        with self._lock:
            self._under_way.pop(session, None)


def multipart(content_type: str, body: bytes) -> tuple[dict[str, Any], bytes]:
    """Return (metadata, content) of a multipart/related body; raises Refusal for one that cannot be read.

    gcloud writes the boundary in single quotes.
    """
    found = _BOUNDARY.search(content_type)
    boundary = b"--" + next(filter(None, found.groups()), "").encode() if found else b""
    parts = body.split(boundary) if found else []
    if len(parts) < 4:
        raise invalid("The multipart body needs two parts and the boundary of its Content-Type.")
    metadata, content = (
        part.partition(b"\r\n\r\n")[2] if b"\r\n\r\n" in part else part.partition(b"\n\n")[2]
        for part in (parts[1], boundary.join(parts[2:-1]))
    )
    try:
        given = json.loads(metadata)
    except (ValueError, RecursionError) as problem:
        raise invalid(f"Parse Error: {problem}") from problem
    if not isinstance(given, dict):
        raise invalid("Parse Error: an object was expected")
    kept = content.removesuffix(b"\n").removesuffix(b"\r")
    media = re.search(rb"(?i)content-type:\s*([^\r\n]+)", parts[2].partition(b"\r\n\r\n")[0])
    if media and not given.get("contentType"):
        given["contentType"] = media[1].decode("latin-1").strip()
    return given, kept
