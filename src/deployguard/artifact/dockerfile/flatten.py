"""The image's links followed at last: each path that opens a file in the image, and the file it opens."""

from __future__ import annotations

from typing import NamedTuple

from deployguard.artifact.dockerfile.files import ImageFiles, ImageLink
from deployguard.artifact.imagepath import joined, relative, within
from deployguard.model.artifact import ArtifactFile, Unknown
from deployguard.model.place import Place
from deployguard.model.problem import Problem, ProblemKind

# An absolute link into one of these may well lead to what the base image or a package brings.
_SYSTEM = ("usr", "bin", "lib", "lib64", "sbin", "etc", "proc", "dev", "sys", "var", "opt", "run", "tmp")
_MOST_FILES = 200_000


class Flat(NamedTuple):
    """An image as a map of files, with what is wrong in it and what could not be told."""

    files: dict[str, ArtifactFile]
    problems: tuple[Problem, ...]
    unknowns: tuple[Unknown, ...]


class _Way(NamedTuple):
    """A link at `path` in the image, `place` in the repository, that leads to `folder`."""

    path: str
    folder: str
    place: str


def flatten(image: ImageFiles) -> Flat:
    """Resolve every link inside the image; one that leads nowhere there is a problem at its own place."""
    files = {path: node for path, node in image.nodes.items() if isinstance(node, ArtifactFile)}
    problems: list[Problem] = []
    unknowns: list[Unknown] = []
    for path, node in image.nodes.items():
        if not isinstance(node, ImageLink):
            continue
        real = image.real(path)
        target = image.nodes.get(real)
        if isinstance(target, ArtifactFile):
            files[path] = _at(target, node)
        elif isinstance(target, ImageLink):
            problems.append(_problem(ProblemKind.LINK_LOOP, node, "links lead back to themselves"))
        elif image.is_folder(real):
            _follow(image, _Way(path, real, node.place), files, frozenset({real}))
        elif not node.place:
            continue  # made by RUN, and of no concern to the repository
        elif node.target.startswith("/") and real.split("/")[0] in _SYSTEM:
            unknowns.append(Unknown("files", Place(node.place), f"link to {node.target} of the base image"))
        else:
            kind = ProblemKind.LINK_ABSOLUTE if node.target.startswith("/") else ProblemKind.DANGLING_LINK
            problems.append(_problem(kind, node, f"/{real} of the image"))
    return Flat(files, tuple(problems), tuple(unknowns))


def _at(target: ArtifactFile, link: ImageLink) -> ArtifactFile:
    return ArtifactFile(link.place or target.place, target.origin, target.mode, target.blob)


def _problem(kind: ProblemKind, link: ImageLink, detail: str) -> Problem:
    return Problem(kind, link.place, Place(link.place), detail)


def _follow(image: ImageFiles, way: _Way, files: dict[str, ArtifactFile], above: frozenset[str]) -> None:
    """Add what lies in a folder under its link's path too; a folder that holds itself is entered once."""
    for at in list(image.below(way.folder)):
        below = relative(at, way.folder)
        node = image.nodes[at]
        under, place = joined(way.path, below), joined(way.place, below)
        if len(files) > _MOST_FILES or under in image.nodes:
            continue
        real = image.real(at)
        target = node if isinstance(node, ArtifactFile) else image.nodes.get(real)
        if isinstance(target, ArtifactFile):
            files[under] = ArtifactFile(place, target.origin, target.mode, target.blob)
        elif target is None and image.is_folder(real) and not any(within(one, real) for one in above):
            _follow(image, _Way(under, real, place), files, above | {real})
