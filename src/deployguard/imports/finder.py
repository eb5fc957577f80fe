"""Dotted names to files of an artifact, as Python's path finder would (importlib, "The path based finder")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from deployguard.model.artifact import ArtifactFile

_EXTENSIONS = (".so", ".pyd")


class Found(NamedTuple):
    """A module in the artifact.

    `file` is its path there, None for a namespace package (PEP 420). `folders` is its `__path__`: empty for a
    plain module.
    """

    name: str
    file: str | None
    folders: tuple[str, ...]

    @property
    def is_namespace(self) -> bool:
        return self.file is None


class Finder:
    """Finds modules among the files of an artifact."""

    def __init__(self, files: Mapping[str, ArtifactFile], roots: Iterable[str]) -> None:
        self.files = files
        self.roots = tuple(dict.fromkeys(roots))
        self._folders = _folders(files)
        self._extensions = _extension_modules(files)
        self._declared: dict[str, Found] = {}
        self._found: dict[str, Found | None] = {}

    def declare(self, found: Found) -> None:
        """Fix what a name means, whatever the path says (the entry file of functions-framework is a package)."""
        self._declared[found.name] = found

    def is_folder(self, path: str) -> bool:
        return path in self._folders

    def find(self, dotted: str) -> Found | None:
        """Return the module of this absolute name; None when the artifact does not hold it."""
        if dotted in self._declared:
            return self._declared[dotted]
        if dotted not in self._found:
            parent, _, name = dotted.rpartition(".")
            self._found[dotted] = self._search(dotted, name, parent)
        return self._found[dotted]

    def _search(self, dotted: str, name: str, parent: str) -> Found | None:
        if not parent:
            return self.find_in(dotted, name, self.roots)
        above = self.find(parent)
        return self.find_in(dotted, name, above.folders) if above else None

    def find_in(self, dotted: str, name: str, folders: Iterable[str]) -> Found | None:
        """Look for a name in the folders of a package or of `sys.path`, regular before namespace."""
        portions: list[str] = []
        for folder in folders:
            base = f"{folder}/{name}" if folder else name
            if f"{base}/__init__.py" in self.files:
                return Found(dotted, f"{base}/__init__.py", (base,))
            if base in self._extensions:
                return Found(dotted, self._extensions[base], ())
            if f"{base}.py" in self.files:
                return Found(dotted, f"{base}.py", ())
            if base in self._folders:
                portions.append(base)
        return Found(dotted, None, tuple(portions)) if portions else None


def _folders(files: Iterable[str]) -> set[str]:
    folders = {""}
    for path in files:
        folder = path.rpartition("/")[0]
        while folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders


def _extension_modules(files: Iterable[str]) -> dict[str, str]:
    """Compiled modules: `a/b.cpython-311-x86_64-linux-gnu.so` is the module `a/b`."""
    found: dict[str, str] = {}
    for path in files:
        if path.endswith(_EXTENSIONS):
            folder, _, name = path.rpartition("/")
            stem = name.partition(".")[0]
            found[f"{folder}/{stem}" if folder else stem] = path
    return found
