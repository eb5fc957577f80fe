"""Facts of files by their content's id: each content is read once, whatever the number of links to it."""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.imports.facts import Fault, ModuleFacts
from deployguard.imports.read import read_module
from deployguard.source.tree import SourceTree


class Library:
    """The facts of one source tree."""

    def __init__(self, tree: SourceTree) -> None:
        self.tree = tree
        self.known: dict[str, ModuleFacts | Fault | None] = {}

    def preload(self, blobs: Iterable[str]) -> None:
        """Read many files at once."""
        wanted = [blob for blob in dict.fromkeys(blobs) if blob not in self.known]
        contents = self.tree.contents(wanted)
        for blob in wanted:
            content = contents[blob]
            self.known[blob] = None if content is None else read_module(content)

    def facts(self, blob: str) -> ModuleFacts | Fault | None:
        """Return the facts, a fault where it is no Python, None when the content is not in this clone."""
        if blob not in self.known:
            self.preload((blob,))
        return self.known[blob]
