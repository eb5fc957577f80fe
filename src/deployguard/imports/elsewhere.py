"""Where the repository has what an artifact lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from deployguard.imports.naming import under
from deployguard.model.artifact import Artifact
from deployguard.model.entry import Entry
from deployguard.source.links import Resolved, resolve
from deployguard.source.tree import SourceTree


class FoundElsewhere(NamedTuple):
    """A module outside the artifact: its file (None for a folder without `__init__.py`) and its folders."""

    path: str | None
    entry: Entry | None
    folders: tuple[str, ...]


class Elsewhere:
    """Looks in the repository for what should have been in the artifact.

    The evidence, strongest first: the folder that sibling links of the same package point into; the folder's own
    place in the repository; the folders above the service; where the links of other functions lead.
    """

    def __init__(self, tree: SourceTree, artifact: Artifact, source: str) -> None:
        self.tree = tree
        self._source = source if artifact.launch.by == "functions-framework" else None
        self._standing_for = _standing_for(artifact)
        self._above = _folders_above(source)

    def folders_for(self, folders: Iterable[str]) -> tuple[str, ...]:
        """Return the repository folders that stand for these folders of the artifact."""
        found = (place for folder in folders for place in self._places(folder))
        return tuple(dict.fromkeys(found))

    def _places(self, folder: str) -> tuple[str, ...]:
        """A folder of which nothing arrived has its place below that of the folder around it."""
        above, _, name = folder.rpartition("/")
        if folder in self._standing_for or not above:
            return self._standing_for.get(folder, ())
        below = (f"{place}/{name}".lstrip("/") for place in self._places(above))
        return tuple(place for place in below if self.tree.is_folder(place))

    def top_folders(self, roots: Iterable[str], name: str) -> tuple[str, ...]:
        """Return the repository folders in which a top-level module of the service may lie."""
        return tuple(dict.fromkeys([*self.folders_for(roots), *self._above, *self._linked_by_others(name)]))

    def is_with_others(self, name: str) -> bool:
        """Tell whether another function has a top-level module of this name, which is then no distribution's."""
        return any(True for _ in self._with_others(name))

    def _linked_by_others(self, name: str) -> list[str]:
        """Return the folders that other functions' links of this name lead to, most frequent first."""
        led = (real for path, real in self._with_others(name) if real != path and _name(real) == _name(path))
        return [folder for folder, _ in Counter(real.rpartition("/")[0] for real in led).most_common()]

    def _with_others(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield where other functions have a module, and where that really is."""
        for folder in _like(self.tree, self._source) if self._source else ():
            for path in (f"{folder}/{name}.py", f"{folder}/{name}"):
                found = resolve(self.tree, path)
                if isinstance(found, Resolved) and (path.endswith(".py") or self._holds_python(path)):
                    yield path, found.path

    def also_look_in(self, folder: str) -> None:
        """Add a repository folder that code puts on `sys.path` and that does not arrive."""
        self._above = tuple(dict.fromkeys([*self._above, folder]))

    def lies_untracked(self, wanted: str) -> bool:
        """Tell whether a path of a function's artifact is on disk, and git does not have it."""
        return self._source is not None and self.tree.untracked(under(self._source, wanted)) is not None

    def find(self, name: str, folders: Iterable[str]) -> FoundElsewhere | None:
        """Look for a module called `name` in repository folders: regular before namespace, as Python does."""
        portions: list[str] = []
        for folder in folders:
            base = f"{folder}/{name}" if folder else name
            for path in (f"{base}/__init__.py", f"{base}.py"):
                found = self._file(path)
                if found is not None:
                    package = (base,) if path.endswith("__init__.py") else ()
                    return FoundElsewhere(found[0], found[1], package)
            if self._holds_python(base):
                portions.append(base)
        return FoundElsewhere(None, None, tuple(portions)) if portions else None

    def _file(self, path: str) -> tuple[str, Entry] | None:
        found = resolve(self.tree, path)
        if isinstance(found, Resolved):
            return (found.path, found.entry) if found.entry is not None else None
        lying = self.tree.untracked(path)
        return (path, lying) if lying is not None and lying.is_file else None

    def _holds_python(self, folder: str) -> bool:
        found = resolve(self.tree, folder)
        if not isinstance(found, Resolved) or found.entry is not None:
            return False
        return any(path.endswith(".py") for path in self.tree.below(found.path))


def _standing_for(artifact: Artifact) -> dict[str, tuple[str, ...]]:
    """Map each folder of the artifact to the repository folders its files come from, most frequent first."""
    counts: dict[str, Counter[str]] = {}
    for path, file in artifact.files.items():
        folder, _, name = path.rpartition("/")
        for source, weight in ((file.origin, 2 if file.origin != file.place else 1), (file.place, 1)):
            if source.rpartition("/")[2] != name:
                continue
            above, below = folder, source.rpartition("/")[0]
            while True:
                counts.setdefault(above, Counter())[below] += weight
                head, _, tail = above.rpartition("/")
                if not above or below.rpartition("/")[2] != tail:
                    break
                above, below = head, below.rpartition("/")[0]
    return {folder: tuple(place for place, _ in counter.most_common()) for folder, counter in counts.items()}


def _like(tree: SourceTree, source: str) -> Iterator[str]:
    """Yield the functions' folders that lie as this one does, but for one name: `functions/*`, `*/src`."""
    parts = source.split("/")
    for at, own in enumerate(parts):
        for other in tree.children("/".join(parts[:at])):
            folder = "/".join((*parts[:at], other, *parts[at + 1 :]))
            if other != own and tree.is_folder(folder) and "main.py" in tree.children(folder):
                yield folder


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _folders_above(folder: str) -> tuple[str, ...]:
    found: list[str] = []
    while folder:
        folder = folder.rpartition("/")[0]
        found.append(folder)
    return tuple(found) or ("",)
