"""The files of an image while it is being built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from deployguard.artifact.imagepath import absolute, joined, parent, relative, within
from deployguard.model.artifact import ArtifactFile
from deployguard.model.problem import Problem

# Folders that every base image has; a COPY to one of them without a slash goes into it.
_STANDARD = frozenset(
    {
        "",
        "bin",
        "etc",
        "home",
        "lib",
        "media",
        "mnt",
        "opt",
        "root",
        "run",
        "sbin",
        "srv",
        "tmp",
        "usr",
        "usr/bin",
    }
    | {
        "usr/lib",
        "usr/local",
        "usr/local/bin",
        "usr/local/lib",
        "usr/sbin",
        "usr/share",
        "usr/src",
        "var",
        "var/lib",
    }
)
_MOST_LINKS = 40  # Linux gives up after as many (path_resolution(7))


class ImageLink(NamedTuple):
    """A link inside the image: what it says, and the repository path that it comes from (empty when made by RUN)."""

    target: str
    place: str = ""


Node = ArtifactFile | ImageLink


class Ignored(NamedTuple):
    """A path that an ignore file kept out, relative to what was copied."""

    path: str
    origin: str
    file: str
    line: int


class Taken(NamedTuple):
    """What one source of a COPY gives: its nodes by path relative to it, the empty path for a single file."""

    name: str
    is_folder: bool
    nodes: tuple[tuple[str, Node], ...] = ()
    ignored: tuple[Ignored, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class ImageFiles:
    """A small file system: files and links by path, and the folders that exist without any."""

    nodes: dict[str, Node] = field(default_factory=dict)
    folders: set[str] = field(default_factory=lambda: set(_STANDARD))

    def copy(self) -> ImageFiles:
        return ImageFiles(dict(self.nodes), set(self.folders))

    def put(self, path: str, node: Node) -> None:
        self.nodes[path] = node
        self.make_folder(parent(path))

    def make_folder(self, path: str) -> None:
        while path not in self.folders:
            self.folders.add(path)
            path = parent(path)

    def remove(self, path: str) -> None:
        for gone in list(self.below(path)):
            del self.nodes[gone]
        self.folders = {folder for folder in self.folders if not folder or not within(folder, path)}

    def is_folder(self, path: str) -> bool:
        return path in self.folders

    def has(self, path: str) -> bool:
        return self.real(path) in self.nodes

    def below(self, folder: str) -> Iterator[str]:
        """Yield the paths of all nodes at or below `folder`, links not followed."""
        if folder in self.nodes:
            yield folder
        prefix = f"{folder}/" if folder else ""
        for path in self.nodes:
            if path.startswith(prefix) and path != folder:
                yield path

    def children(self, folder: str) -> tuple[str, ...]:
        prefix = f"{folder}/" if folder else ""
        found = [path for path in (*self.nodes, *self.folders) if path.startswith(prefix) and path != folder]
        return tuple(sorted({relative(path, folder).split("/")[0] for path in found}))

    def real(self, path: str) -> str:
        """Follow the links of `path` as far as they lead; a loop stays where it stands."""
        parts = path.split("/")
        at, hops, index = "", 0, 0
        while index < len(parts):
            at = joined(at, parts[index])
            index += 1
            node = self.nodes.get(at)
            if isinstance(node, ImageLink) and hops < _MOST_LINKS:
                hops += 1
                parts = [*absolute(node.target, parent(at)).split("/"), *parts[index:]]
                at, index = "", 0
        return at

    def take(self, path: str) -> Taken | None:
        """Give what a COPY of `path` takes, a link at its end followed; None when nothing is there."""
        real = self.real(path)
        name = path.rpartition("/")[2]
        node = self.nodes.get(real)
        if node is not None:
            return Taken(name, is_folder=False, nodes=(("", node),))
        nodes = tuple((relative(at, real), self.nodes[at]) for at in self.below(real))
        if nodes or (real in self.folders and real not in _STANDARD):
            return Taken(name, is_folder=True, nodes=nodes)
        return None
