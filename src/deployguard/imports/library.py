"""Facts of files by their content's id: each content is read once, whatever the number of links to it."""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.imports.facts import Fault, ModuleFacts, References
from deployguard.imports.grammar import HOST, fault_on
from deployguard.imports.read import read_module, read_references
from deployguard.model.runtime import Runtime
from deployguard.source.tree import SourceTree


class Library:
    """The facts of one source tree."""

    def __init__(self, tree: SourceTree) -> None:
        self.tree = tree
        self._references: dict[str, References] = {}
        self.known: dict[str, ModuleFacts | Fault | None] = {}

    def preload(self, blobs: Iterable[str]) -> None:
        """Read many files at once."""
        wanted = [blob for blob in dict.fromkeys(blobs) if blob not in self.known]
        contents = self.tree.contents(wanted)
        for blob in wanted:
            content = contents[blob]
            self.known[blob] = None if content is None else read_module(content)

    def references(self, blob: str) -> References:
        """Return the names that each unit of a file mentions; nothing where it cannot be read."""
        if blob not in self._references:
            content = self.tree.contents((blob,))[blob] if blob else None
            self._references[blob] = read_references(content) if content is not None else ()
        return self._references[blob]

    def fault(self, blob: str, runtime: Runtime) -> Fault | None:
        """Return what a runtime rejects in a file; None when it accepts it, or when this Python cannot tell."""
        known = self.facts(blob)
        if isinstance(known, Fault):
            return known if runtime <= HOST else None
        if known is None or runtime >= HOST:
            return None
        return fault_on(runtime, self.tree.contents((blob,))[blob] or b"")

    def is_beyond(self, blob: str, runtime: Runtime) -> bool:
        """Tell whether a file is only readable, if at all, by a newer Python than this one."""
        return runtime > HOST and isinstance(self.facts(blob), Fault)

    def facts(self, blob: str) -> ModuleFacts | Fault | None:
        """Return the facts, a fault where it is no Python, None when the content is not in this clone."""
        if blob not in self.known:
            self.preload((blob,))
        return self.known[blob]
