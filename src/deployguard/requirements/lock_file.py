"""One lock file as read, before it is understood."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from deployguard.model.place import Place
from deployguard.requirements.toml_values import Table, line_of


@dataclass(frozen=True, slots=True)
class LockFile:
    """`folder` is the repository folder of the project it is read for; `asked` its extras and groups, normalised."""

    path: str
    content: bytes
    document: Table
    folder: str
    asked: frozenset[str]

    @property
    def base(self) -> str:
        return posixpath.dirname(self.path)

    def place_of(self, name: str) -> Place:
        return Place(self.path, line_of(self.content, f'name = "{name}"'))
