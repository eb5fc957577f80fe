"""A tree as it is once `include` has laid folders and files of the repository into a build context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from deployguard.artifact.imagepath import joined
from deployguard.model.entry import Entry
from deployguard.model.service import Include
from deployguard.source.links import Unresolved, resolve
from deployguard.source.tree import SourceTree


@dataclass(frozen=True, slots=True)
class StagedTree:
    """`files` maps a path to the one of the repository whose content is staged there; what the tree has itself wins."""

    tree: SourceTree
    files: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def origin(self, path: str) -> str:
        """Return where the content of a path lies in the repository."""
        return self.files.get(path, path)

    def entry(self, path: str) -> Entry | None:
        return self.tree.entry(self.origin(path))

    def is_folder(self, path: str) -> bool:
        return path in self.folders or self.tree.is_folder(path)

    def children(self, folder: str) -> tuple[str, ...]:
        own = self.tree.children(folder)
        return tuple(sorted({*own, *self.folders[folder]})) if folder in self.folders else own

    def link_target(self, path: str) -> str:
        return self.tree.link_target(self.origin(path))


def staged_tree(tree: SourceTree, root: str, includes: Iterable[Include]) -> StagedTree:
    """Stage what is to be included in the build context `root`; what is not in the tree is left out."""
    files = {
        path: origin
        for include in includes
        for path, origin in _staged(tree, root, include)
        if tree.entry(path) is None
    }
    folders: dict[str, set[str]] = {}
    for path in files:
        at = path
        while at and at != root:
            above, _, name = at.rpartition("/")
            folders.setdefault(above, set()).add(name)
            at = above
    return StagedTree(tree, files, {folder: frozenset(names) for folder, names in folders.items()})


def _staged(tree: SourceTree, root: str, include: Include) -> Iterator[tuple[str, str]]:
    found = resolve(tree, include.source)
    if isinstance(found, Unresolved):
        return
    to = joined(root, "" if include.to == "." else include.to)
    if found.entry is not None:
        yield to, found.path
        return
    start = f"{found.path}/" if found.path else ""
    for origin in tree.below(found.path):
        yield joined(to, origin.removeprefix(start)), origin
