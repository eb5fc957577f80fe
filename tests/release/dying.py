"""The program, killed by its own hand (SIGKILL) right before or right after one step is written into the journal.

python -m tests.release.dying before|after STEP deploy|rollback SERVICE ...
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping

from deployguard.cli import deploy, rollback
from deployguard.cli.parsers import parser_of
from deployguard.gcp.bucket import Bucket
from deployguard.gcp.connection import Connection
from deployguard.journal.objects import ANY, Objects, Stored


class Dying:
    """Objects whose writer dies at one of them: before it is written, what it tells of has been done already."""

    def __init__(self, objects: Objects, when: str, step: str) -> None:
        self._objects, self._when, self._step = objects, when, step

    def get(self, name: str) -> Stored | None:
        return self._objects.get(name)

    def put(
        self, name: str, content: bytes, *, when: int = ANY, metadata: Mapping[str, str] | None = None
    ) -> int:
        is_it = name.endswith((f"-{self._step}.json", f".{self._step}.json"))
        if is_it and self._when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        generation = self._objects.put(name, content, when=when, metadata=metadata)
        if is_it:
            os.kill(os.getpid(), signal.SIGKILL)
        return generation

    def delete(self, name: str, *, when: int = ANY) -> None:
        self._objects.delete(name, when=when)

    def list(self, prefix: str) -> tuple[str, ...]:
        return self._objects.list(prefix)


if __name__ == "__main__":
    WHEN, STEP, VERB, *WORDS = sys.argv[1:]

    def dying(connection: Connection, bucket: str) -> Objects:
        return Dying(Bucket(connection, bucket), WHEN, STEP)

    run = {"deploy": deploy.ship, "rollback": rollback.go_back}[VERB]
    sys.exit(run(parser_of(VERB).parse_intermixed_args(WORDS), dying))
