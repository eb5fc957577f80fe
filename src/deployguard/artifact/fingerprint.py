"""The identity of an artifact."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator

from deployguard.model.artifact import Artifact

_DIGITS = 40  # a label of Google Cloud holds 63 characters; a full commit id has as many digits as this


def fingerprint(artifact: Artifact) -> str:
    """Return 40 hexadecimal digits of a SHA-256 that stand for what arrives and how it is built and started.

    It covers each file's path, mode and git object id, the recipe in its order, the runtime and the launch target:
    a tree without its contents is enough to compute it. What may change under the same fingerprint is not in it:
    dependencies that no pin fixes, and base images that move under their tag.
    """
    digest = hashlib.sha256()
    for record in _records(artifact):
        digest.update(_encoded(record))
    return digest.hexdigest()[:_DIGITS]


def _records(artifact: Artifact) -> Iterator[tuple[str, ...]]:
    yield ("runtime", artifact.runtime.name)
    yield ("target",) if artifact.launch.target is None else ("target", artifact.launch.target)
    for key, value in artifact.recipe:
        yield ("recipe", key, value)
    for path, file in sorted(artifact.files.items()):
        yield ("file", path, file.mode, file.blob)


def _encoded(record: tuple[str, ...]) -> bytes:
    """Write the lengths before the fields, so that no two records read alike."""
    fields = [os.fsencode(field) for field in record]
    return b"%d;" % len(fields) + b"".join(b"%d:%b" % (len(field), field) for field in fields)
