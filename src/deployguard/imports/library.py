"""Facts of files by their content's id: each content is read once, whatever the number of links to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from deployguard.imports.facts import Fault, ModuleFacts, References
from deployguard.imports.grammar import HOST, fault_on
from deployguard.imports.reading import read_all
from deployguard.imports.thaw import thawed
from deployguard.model.runtime import Runtime
from deployguard.source.cache import Shelf
from deployguard.source.tree import SourceTree

SCHEMA = 5  # raise it whenever the same bytes give other facts; a test watches over it


class Library:
    """The facts of one source tree; they are kept between runs, by content, schema and Python version."""

    def __init__(self, tree: SourceTree) -> None:
        self.tree = tree
        self.known: dict[str, ModuleFacts | Fault | None] = {}
        self._references: dict[str, References] = {}
        self._shelf = Shelf(f"facts-{SCHEMA}-{HOST.name}")
        self._mentioned = Shelf(f"references-{SCHEMA}-{HOST.name}")

    def preload(self, blobs: Iterable[str]) -> None:
        """Read many files at once, in several processes where that is worth it."""
        wanted = [blob for blob in dict.fromkeys(blobs) if blob not in self.known]
        self.known.update(self._kept(wanted))
        unread = [blob for blob in wanted if blob not in self.known]
        if not unread:
            return
        contents = self.tree.contents(unread)
        there = {blob: content for blob in unread if (content := contents[blob]) is not None}
        read = dict(zip(there, read_all("facts", list(there.values())), strict=True))
        self.known.update({blob: thawed(read[blob]) if blob in read else None for blob in unread})
        self._shelf.put(read)

    def _kept(self, blobs: Sequence[str]) -> dict[str, ModuleFacts | Fault]:
        kept: dict[str, ModuleFacts | Fault] = {}
        for blob, text in self._shelf.get(blobs).items() if blobs else ():
            try:
                kept[blob] = thawed(text)
            except ValueError:
                continue
        return kept

    def references(self, blob: str) -> References:
        """Return the names that each unit of a file mentions; nothing where it cannot be read."""
        if blob not in self._references:
            self.preload_references((blob,))
        return self._references[blob]

    def preload_references(self, blobs: Iterable[str]) -> None:
        """Read the references of many files at once; they are kept between runs as facts are."""
        wanted = [blob for blob in dict.fromkeys(blobs) if blob not in self._references]
        kept = self._mentioned.get(wanted) if wanted else {}
        self._references.update({blob: _revived(text) for blob, text in kept.items()})
        unread = [blob for blob in wanted if blob not in kept]
        contents = self.tree.contents(blob for blob in unread if blob)
        there = {blob: content for blob in unread if (content := contents.get(blob)) is not None}
        read = dict(zip(there, read_all("references", list(there.values())), strict=True))
        self._references.update({blob: _revived(read[blob]) if blob in read else () for blob in unread})
        if read:
            self._mentioned.put(read)

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


def _revived(text: str) -> References:
    try:
        return tuple(tuple(str(name) for name in names) for names in json.loads(text))
    except (ValueError, TypeError):
        return ()
