"""Images: what a build made, by digest, and the tags that point at them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from deployguard.emulator.refusal import Refusal
from deployguard.emulator.store import Store

HELLO = "us-docker.pkg.dev/cloudrun/container/hello"
_DIGEST = re.compile(r"(.+)@(sha256:[0-9a-f]{64})")
_HELLO_DIGEST = f"sha256:{'0' * 63}1"


class ImageMissing(Exception):
    """No such image was built here."""


@dataclass(frozen=True, slots=True)
class Image:
    """Something that can be started: a command in a folder, with the environment that the image sets.

    `folder` is "" for the sample image that needs no process.
    """

    digest: str
    folder: str = ""
    command: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)


class Images:
    """The registry. A name is `HOST/PROJECT/REPOSITORY/IMAGE`; a reference adds `:TAG` or `@DIGEST`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def push(self, references: tuple[str, ...], image: Image) -> None:
        """Store an image under tags; a tag that points elsewhere is moved."""
        with self._store.transaction():
            self._store.put("image", image.digest, json.dumps(asdict(image)).encode())
            for reference in references:
                name, tag = split(reference)
                self._store.put("tag", f"{name}:{tag}", image.digest.encode())
                self._store.put("pushed", f"{name}@{image.digest}", b"")

    def resolved(self, reference: str) -> str:
        """Return the reference by digest; one that is not known stays as it is."""
        try:
            return f"{split(reference)[0]}@{self.find(reference).digest}"
        except ImageMissing:
            return reference

    def find(self, reference: str) -> Image:
        """Return the image of a reference; raises ImageMissing."""
        name, tag = split(reference)
        if name == HELLO:
            return Image(_HELLO_DIGEST)
        digest = (
            tag if tag.startswith("sha256:") else (self._store.get("tag", f"{name}:{tag}") or b"").decode()
        )
        body = self._store.get("image", digest)
        if body is None or self._store.get("pushed", f"{name}@{digest}") is None:
            raise ImageMissing(f"Image '{reference}' not found.")
        read = json.loads(body)
        return Image(read["digest"], read["folder"], tuple(read["command"]), read["env"])

    def folder_of(self, digest: str) -> Path:
        """Return where the files of an image lie."""
        return self._store.folder / "images" / digest.removeprefix("sha256:")[:24]

    def tags(self, name: str) -> dict[str, str]:
        """Return the digest of each tag of a name."""
        rows = self._store.named("tag", f"{name}:")
        return {key.removeprefix(f"{name}:"): body.decode() for key, body in rows}


def split(reference: str) -> tuple[str, str]:
    """Return (name, tag or digest) of a reference; the tag is `latest` where none is given."""
    if match := _DIGEST.fullmatch(reference):
        return match[1], match[2]
    head, colon, tag = reference.rpartition(":")
    if colon and "/" not in tag:
        return head, tag
    if not reference or reference != reference.strip():
        raise Refusal("INVALID_ARGUMENT", f"{reference!r} is no image reference")
    return reference, "latest"
