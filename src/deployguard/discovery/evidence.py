"""What a Dockerfile that copies its whole context expects to find there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

_MARKS = re.compile(r"[\[\]\"',;&|()]")
_APPLICATION = re.compile(r"([A-Za-z_][\w.]*):[A-Za-z_]\w*")


@dataclass(slots=True)
class Evidence:
    """Collects, instruction by instruction of one stage, which paths of the context are used later.

    `found` are paths from the context's top, without an ending where a module is meant.
    """

    workdir: str = "/"
    landed: str | None = None
    found: list[str] = field(default_factory=list)

    def moves(self, folder: str) -> None:
        """Take a WORKDIR."""
        self.workdir = posixpath.join(self.workdir, folder)

    def copies(self, sources: list[str], dest: str) -> None:
        """Take a COPY from the context: one of all of it makes later paths tell."""
        if any(not source.strip("./") for source in sources):
            self.landed = posixpath.normpath(posixpath.join(self.workdir, dest))

    def runs(self, command: str) -> None:
        """Take a RUN: requirements that pip installs from."""
        for before, word in pairwise(_MARKS.sub(" ", command).split()):
            if before in {"-r", "--requirement"}:
                self._add(word)

    def starts(self, command: str) -> None:
        """Take the start command: the file, module or application that it names."""
        for before, word in pairwise(("", *_MARKS.sub(" ", command).split())):
            application = _APPLICATION.fullmatch(word)
            if before == "-m":
                self._add(word.replace(".", "/"))
            elif word.endswith(".py"):
                self._add(word)
            elif application:
                self._add(application[1].replace(".", "/"))

    def _add(self, path: str) -> None:
        if self.landed is None or "$" in path:
            return
        at = posixpath.relpath(posixpath.join(self.workdir, path), self.landed)
        if not at.startswith("..") and at not in self.found:
            self.found.append(at)


def candidates(path: str) -> Iterator[str]:
    """Yield what a path of the evidence may be: itself, or the module of that name."""
    yield path
    if not path.endswith((".py", ".txt")):
        yield f"{path}.py"
