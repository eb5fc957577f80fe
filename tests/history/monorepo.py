"""A monorepo as plain values: what a path holds, and how to change it as people do."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path

from tests.repositories import sample_files
from tests.trees import Link

BASE = Path(__file__).parent / "base"


class Monorepo(dict[str, str | Link]):
    """Paths and their text, or the link they are."""

    def read(self, path: str) -> str:
        found = self[path]
        if isinstance(found, Link):
            raise TypeError(f"{path} is a link")
        return found

    def write(self, path: str, text: str) -> None:
        self[path] = text

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace text that must be there, once."""
        text = self.read(path)
        if text.count(old) != 1:
            raise ValueError(f"{path} has {old!r} {text.count(old)} times")
        self[path] = text.replace(old, new)

    def append(self, path: str, text: str) -> None:
        self[path] = self.read(path) + text

    def without(self, path: str, line: str) -> None:
        """Remove the lines that start with a text."""
        lines = self.read(path).splitlines(keepends=True)
        left = [one for one in lines if not one.startswith(line)]
        if len(left) == len(lines):
            raise ValueError(f"{path} has no line that starts with {line!r}")
        self[path] = "".join(left)

    def link(self, path: str, target: str) -> None:
        """Link to a path of the repository, relatively."""
        self[path] = Link(posixpath.relpath(target, posixpath.dirname(path)))

    def remove(self, path: str) -> None:
        for one in list(self.below(path)):
            del self[one]

    def move(self, old: str, new: str) -> None:
        """Move a file or folder as `git mv` does: links that point to it stay as they are."""
        for one in list(self.below(old)):
            self[new + one[len(old) :]] = self.pop(one)

    def below(self, path: str) -> Iterator[str]:
        found = [one for one in self if one == path or one.startswith(f"{path}/")]
        if not found:
            raise KeyError(path)
        return iter(found)

    def links_to(self, target: str) -> tuple[str, ...]:
        """Return the paths that link to a file, or to a folder above it."""
        return tuple(
            path
            for path, value in self.items()
            if isinstance(value, Link)
            and f"{target}/".startswith(
                posixpath.normpath(posixpath.join(posixpath.dirname(path), value.target)) + "/"
            )
        )


def written(name: str) -> Monorepo:
    """Read one of the texts of `base/`."""
    files = sample_files((BASE / name).read_text())
    return Monorepo({file.path: file.text if file.target is None else Link(file.target) for file in files})
