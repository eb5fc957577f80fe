"""Objects of Cloud Storage: metadata in the store, bytes in files that are never changed."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import google_crc32c

from deployguard.emulator.refusal import Refusal
from deployguard.emulator.store import Store

Metadata = dict[str, Any]
WRITABLE = (
    "contentType",
    "contentEncoding",
    "contentDisposition",
    "contentLanguage",
    "cacheControl",
    "metadata",
    "customTime",
    "storageClass",
)


@dataclass(frozen=True, slots=True)
class Preconditions:
    """What must hold before a request is done (cloud.google.com/storage/docs/request-preconditions)."""

    generation: int | None = None
    not_generation: int | None = None
    metageneration: int | None = None
    not_metageneration: int | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Preconditions:
        """Read them from query parameters; raises Refusal for one that is no number."""
        names = (
            "ifGenerationMatch",
            "ifGenerationNotMatch",
            "ifMetagenerationMatch",
            "ifMetagenerationNotMatch",
        )
        return cls(*(whole_number(name, query.get(name)) for name in names))

    def check(self, current: Metadata | None, *, read: bool = False) -> None:
        """Raise Refusal (412, or 304 for a read) unless they hold; generation 0 means that there is no object."""
        generation = int(current["generation"]) if current else 0
        metageneration = int(current["metageneration"]) if current else 0
        if self.generation not in (None, generation) or self.metageneration not in (None, metageneration):
            raise Refusal(
                "FAILED_PRECONDITION", "At least one of the pre-conditions you specified did not hold.", 412
            )
        if generation == self.not_generation or (current and metageneration == self.not_metageneration):
            raise Refusal(
                "FAILED_PRECONDITION",
                "At least one of the pre-conditions you specified did not hold.",
                304 if read else 412,
            )


class Objects:
    """The live generation of every object. Buckets are made on demand by `ensure`, or by a client."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folder = store.folder / "objects"
        self._folder.mkdir(exist_ok=True)

    def bucket(self, name: str) -> Metadata:
        body = self._store.get("bucket", name)
        if body is None:
            raise Refusal("NOT_FOUND", "The specified bucket does not exist.")
        return dict(json.loads(body))

    def buckets(self) -> list[tuple[str, Metadata]]:
        return [(name, json.loads(body)) for name, body in self._store.named("bucket")]

    def make_bucket(self, name: str, project: str, given: Mapping[str, Any]) -> Metadata:
        """Make a bucket; raises Refusal (409) when the name is taken."""
        with self._store.transaction():
            if self._store.get("bucket", name) is not None:
                raise Refusal(
                    "ALREADY_EXISTS",
                    "Your previous request to create the named bucket succeeded and you already own it.",
                )
            made = {**given, "kind": "storage#bucket", "id": name, "name": name, "metageneration": "1"}
            made |= {
                "location": str(given.get("location", "US")).upper(),
                "storageClass": "STANDARD",
                "locationType": "region",
            }
            made |= {
                "projectNumber": "123456789012",
                "timeCreated": _stamp(),
                "updated": _stamp(),
                "etag": "CAE=",
                "project": project,
            }
            self._store.put("bucket", name, json.dumps(made).encode())
        return made

    def ensure(self, name: str, project: str) -> None:
        """Make a bucket that the platform itself needs, unless it is there."""
        if self._store.get("bucket", name) is None:
            self.make_bucket(name, project, {})

    def drop_bucket(self, name: str) -> None:
        self.bucket(name)
        if self._store.named("object", f"{name}/", most=1):
            raise Refusal("ABORTED", "The bucket you tried to delete is not empty.")
        self._store.drop("bucket", name)

    def find(self, bucket: str, name: str) -> Metadata | None:
        body = self._store.get("object", f"{bucket}/{name}")
        return dict(json.loads(body)) if body else None

    def get(self, bucket: str, name: str, generation: str = "") -> Metadata:
        """Return an object's metadata; raises Refusal when it, or that generation of it, is not there."""
        found = self.find(bucket, name)
        if found is None or (generation and generation != found["generation"]):
            self.bucket(bucket)
            raise Refusal("NOT_FOUND", f"No such object: {bucket}/{name}")
        return found

    def content(self, metadata: Metadata) -> bytes:
        return (self._folder / str(metadata["sha256"])).read_bytes()

    def put(
        self, bucket: str, name: str, content: bytes, given: Mapping[str, Any], when: Preconditions
    ) -> Metadata:
        """Write a new generation; raises Refusal when a precondition does not hold, or the given md5 is another."""
        md5 = base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
        if given.get("md5Hash", md5) != md5:
            raise Refusal(
                "INVALID_ARGUMENT",
                f"Provided MD5 hash {given['md5Hash']!r} doesn't match calculated MD5 hash {md5!r}.",
            )
        sha = self._keep(content)
        with self._store.transaction():
            self.bucket(bucket)
            when.check(self.find(bucket, name))
            generation = max(time.time_ns() // 1000, self._store.next("generation"))
            made = {key: given[key] for key in WRITABLE if given.get(key)}
            made |= {
                "kind": "storage#object",
                "id": f"{bucket}/{name}/{generation}",
                "name": name,
                "bucket": bucket,
            }
            made |= {
                "generation": str(generation),
                "metageneration": "1",
                "size": str(len(content)),
                "md5Hash": md5,
            }
            made |= {
                "crc32c": _crc32c(content),
                "etag": f"C{generation}=",
                "sha256": sha,
                "timeCreated": _stamp(),
                "updated": _stamp(),
            }
            made.setdefault("contentType", "application/octet-stream")
            made.setdefault("storageClass", "STANDARD")
            self._store.put("object", f"{bucket}/{name}", json.dumps(made).encode())
        return made

    def patch(self, bucket: str, name: str, given: Mapping[str, Any], when: Preconditions) -> Metadata:
        """Change metadata; a null value takes a key away. Raises Refusal as `get` and the preconditions do."""
        with self._store.transaction():
            found = self.get(bucket, name)
            when.check(found)
            for key, value in given.items():
                if key == "metadata" and isinstance(value, dict):
                    merged = {**found.get("metadata", {}), **value}
                    found["metadata"] = {name: text for name, text in merged.items() if text is not None}
                elif key in WRITABLE:
                    found.pop(key, None) if value is None else found.update({key: value})
            found["metageneration"] = str(int(found["metageneration"]) + 1)
            found["updated"] = _stamp()
            self._store.put("object", f"{bucket}/{name}", json.dumps(found).encode())
        return found

    def drop(self, bucket: str, name: str, generation: str, when: Preconditions) -> None:
        with self._store.transaction():
            when.check(self.get(bucket, name, generation))
            self._store.drop("object", f"{bucket}/{name}")

    def named(self, bucket: str, prefix: str) -> list[tuple[str, Metadata]]:
        """Return (name, metadata) of the objects below a prefix, in the order of names."""
        self.bucket(bucket)
        rows = self._store.named("object", f"{bucket}/{prefix}")
        return [(name.partition("/")[2], json.loads(body)) for name, body in rows]

    def _keep(self, content: bytes) -> str:
        sha = hashlib.sha256(content).hexdigest()
        path = self._folder / sha
        if not path.exists():
            half = path.with_suffix(f".{os.getpid()}.{time.monotonic_ns()}")
            half.write_bytes(content)
            half.replace(path)
        return sha


def whole_number(name: str, text: str | None) -> int | None:
    """Return a query parameter as a number, None where it is not given; raises Refusal for one that is none."""
    if text is None:
        return None
    if not text.isdecimal():
        raise Refusal("INVALID_ARGUMENT", f"Invalid value for {name}: {text!r}")
    return int(text)


def _crc32c(content: bytes) -> str:
    return base64.b64encode(google_crc32c.value(content).to_bytes(4, "big")).decode()


def _stamp() -> str:
    at = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at * 1000) % 1000:03d}Z"
