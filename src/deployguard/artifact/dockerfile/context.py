"""The build context: a folder of the repository, less what the ignore file keeps out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from deployguard.artifact.dockerfile.dockerignore import Ignore, read_ignore
from deployguard.artifact.dockerfile.files import Ignored, ImageLink, Node, Taken
from deployguard.artifact.dockerfile.staged import StagedTree, staged_tree
from deployguard.artifact.imagepath import absolute, joined, parent, relative
from deployguard.model.artifact import ArtifactFile
from deployguard.model.entry import Entry
from deployguard.model.place import Place
from deployguard.model.problem import Problem, ProblemKind
from deployguard.model.service import Include
from deployguard.source.tree import SourceTree

_MOST_LINKS = 40


@dataclass(frozen=True, slots=True)
class Context:
    """`root` is the folder in the repository (empty for its top); `laid` the tree with what is staged in it."""

    tree: SourceTree
    root: str
    ignore: Ignore
    laid: StagedTree

    def problems(self) -> tuple[Problem, ...]:
        """Return the lines of the ignore file that Docker refuses to build with."""
        return tuple(
            Problem(
                ProblemKind.UNREADABLE,
                self.ignore.path,
                Place(self.ignore.path, line),
                "is no pattern that Docker accepts",
            )
            for line in self.ignore.bad
        )

    def children(self, folder: str) -> tuple[str, ...]:
        return self.laid.children(joined(self.root, folder))

    def take(self, path: str, place: Place) -> Taken | Problem:
        """Give what a COPY of `path` takes: links on its way and at its end are followed inside the context.

        Source: BuildKit sets FollowSymlinks for COPY (frontend/dockerfile/dockerfile2llb, "dispatchCopy").
        """
        real = self._real(path, place)
        if isinstance(real, Problem):
            return real
        at = joined(self.root, real)
        name = path.rpartition("/")[2]
        if entry := self.laid.entry(at):
            return self._single(real, at, name, entry, place)
        taken = self._folder(real, name)
        if taken.nodes or not taken.ignored or not real:
            return taken
        first = taken.ignored[0]
        return self._missing(at, place, f"{first.file}:{first.line} keeps all of it out of the build context")

    def _single(self, real: str, at: str, name: str, entry: Entry, place: Place) -> Taken | Problem:
        if by := self.ignore.excludes(real):
            return self._missing(at, place, f"{by.path}:{by.line} keeps it out of the build context")
        if not entry.is_file:
            return Taken(name, is_folder=True, problems=(_submodule(at, place),))
        return Taken(name, is_folder=False, nodes=(("", self._file(at, entry)),))

    def _file(self, at: str, entry: Entry) -> ArtifactFile:
        origin = self.laid.origin(at)
        return ArtifactFile(origin, origin, entry.mode, entry.blob)

    def _folder(self, real: str, name: str) -> Taken:
        nodes: list[tuple[str, Node]] = []
        ignored: list[Ignored] = []
        problems: list[Problem] = []
        for path, by in self._walk(real):
            at = joined(self.root, path)
            below = relative(path, real)
            entry = self.laid.entry(at)
            if by is not None:
                ignored.append(Ignored(below, self.laid.origin(at), by.path, by.line))
            elif entry is None:
                continue
            elif entry.is_link:
                nodes.append((below, ImageLink(self.laid.link_target(at), at)))
            elif entry.is_file:
                nodes.append((below, self._file(at, entry)))
            else:
                problems.append(_submodule(at, Place(at)))  # it came along with its folder
        return Taken(name, True, tuple(nodes), tuple(ignored), tuple(problems))

    def _walk(self, folder: str) -> Iterator[tuple[str, Place | None]]:
        """Yield every path below `folder` with the line that keeps it out."""
        matched: frozenset[int] = frozenset()
        parts = folder.split("/") if folder else []
        for count in range(len(parts)):
            matched, _ = self.ignore.below(matched, "/".join(parts[: count + 1]))
        waiting = [(folder, matched)]
        while waiting:
            at, above = waiting.pop()
            for name in self.children(at):
                path = joined(at, name)
                now, by = self.ignore.below(above, path) if self.ignore.patterns else (above, None)
                if self.laid.entry(joined(self.root, path)) is not None:
                    yield path, by
                else:
                    waiting.append((path, now))

    def _real(self, path: str, place: Place) -> str | Problem:
        """Follow links as BuildKit does, whose root is the context; leading `..` are trimmed off."""
        parts = absolute(path).split("/")
        at, hops, index = "", 0, 0
        while index < len(parts) and parts != [""]:
            at = joined(at, parts[index])
            index += 1
            here = joined(self.root, at)
            entry = self.laid.entry(here)
            if entry is None and not self.laid.is_folder(here):
                return self._outside(path, place) if ".." in path.split("/") else self._missing(here, place)
            if entry is None or not entry.is_link:
                continue
            hops += 1
            target = self.laid.link_target(here)
            if hops > _MOST_LINKS:
                return Problem(ProblemKind.LINK_LOOP, here, place, f"links lead back to {here}")
            if self._leaves(here, target):
                return Problem(
                    ProblemKind.LINK_OUTSIDE, here, place, f"link to {target} leaves the build context"
                )
            parts = [*absolute(target, parent(at)).split("/"), *parts[index:]]
            at, index = "", 0
        return at

    def _leaves(self, link: str, target: str) -> bool:
        if target.startswith("/"):
            return True
        depth = len([part for part in relative(parent(link), self.root).split("/") if part])
        for part in target.split("/"):
            depth += -1 if part == ".." else part not in {"", "."}
            if depth < 0:
                return True
        return False

    def _outside(self, path: str, place: Place) -> Problem:
        subject = absolute(path, self.root)
        return Problem(
            ProblemKind.MISSING_PATH,
            subject,
            place,
            f"{path} lies outside the build context {self.root or '.'}, where COPY cannot reach",
        )

    def _missing(self, at: str, place: Place, why: str = "") -> Problem:
        context = self.root or "."
        detail = why or f"COPY names {relative(at, self.root)}, which is not in the build context {context}"
        return Problem(ProblemKind.MISSING_PATH, at, place, detail)


def _submodule(at: str, place: Place) -> Problem:
    return Problem(ProblemKind.SUBMODULE, at, place, f"{at} is a submodule, an empty folder in a fresh clone")


def open_context(tree: SourceTree, root: str, dockerfile: str, includes: Iterable[Include] = ()) -> Context:
    """Find the ignore file as BuildKit does: `<Dockerfile>.dockerignore` beside it, else the context's own.

    `includes` are staged in the context before the build.
    """
    laid = staged_tree(tree, root, includes)
    for path in (f"{dockerfile}.dockerignore", joined(root, ".dockerignore")):
        entry = tree.entry(path)
        if entry is not None and entry.is_file:
            content = tree.contents((entry.blob,))[entry.blob] or b""
            return Context(tree, root, read_ignore(path, content.decode("utf-8", "replace")), laid)
    return Context(tree, root, Ignore(), laid)
