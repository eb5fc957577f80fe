"""Following links inside a source tree, as the file system would."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from deployguard.model.entry import Entry
from deployguard.model.problem import ProblemKind
from deployguard.source.tree import SourceTree

_MOST_LINKS = 40  # Linux gives up after as many (path_resolution(7))


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a path comes to: a file (`entry` is set) or a folder, at its real path."""

    path: str
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Why a path comes to nothing; `path` is the first one on the way that is not there."""

    kind: ProblemKind
    path: str
    link: str = ""


def links_to(tree: SourceTree, path: str) -> tuple[str, ...]:
    """Return the links that are followed on the way to `path`, whether or not it leads anywhere."""
    met: list[str] = []
    resolve(tree, path, met)
    return tuple(met)


def resolve(tree: SourceTree, path: str, met: list[str] | None = None) -> Resolved | Unresolved:
    """Follow every link of `path`, in any of its components, and name each in `met`.

    A missing path is `MISSING_PATH` when no link was followed, `DANGLING_LINK` when the last link followed is why.
    """
    parts = deque(path.split("/"))
    at, link, hops = "", "", 0
    while parts:
        part = parts.popleft()
        if part in {"", "."}:
            continue
        if part == "..":
            if not at:
                return Unresolved(ProblemKind.LINK_OUTSIDE, path, link)
            at = at.rpartition("/")[0]
            continue
        here = f"{at}/{part}" if at else part
        entry = tree.entry(here)
        if entry is None and not tree.is_folder(here):
            return Unresolved(ProblemKind.DANGLING_LINK if link else ProblemKind.MISSING_PATH, here, link)
        if entry is not None and entry.is_link:
            link, hops = here, hops + 1
            if met is not None:
                met.append(here)
            target = tree.link_target(here)
            if not target:
                return Unresolved(_why_empty(tree, entry), here, link)
            if target.startswith("/"):
                return Unresolved(ProblemKind.LINK_ABSOLUTE, target, link)
            if hops > _MOST_LINKS:
                return Unresolved(ProblemKind.LINK_LOOP, here, link)
            parts.extendleft(reversed(target.split("/")))
            continue
        if entry is not None and not entry.is_file:
            return Unresolved(ProblemKind.SUBMODULE, here, link)
        if (
            entry is not None and parts
        ):  # a file is no folder, not even with a slash alone behind it (ENOTDIR)
            return Unresolved(ProblemKind.DANGLING_LINK if link else ProblemKind.MISSING_PATH, here, link)
        at = here
    return Resolved(at, tree.entry(at))


def _why_empty(tree: SourceTree, link: Entry) -> ProblemKind:
    """No file system makes an empty link; git may hold one, and a target may not be in this clone."""
    absent = tree.contents((link.blob,))[link.blob] is None
    return ProblemKind.MISSING_BLOB if absent else ProblemKind.DANGLING_LINK
