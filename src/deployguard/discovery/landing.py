"""Where what a script copies lies in the repository, and where in a deployed folder it lands."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from deployguard.discovery.copies import Copy
from deployguard.discovery.paths import above, joined
from deployguard.source.tree import SourceTree

VARIABLE = re.compile(r"\$(?:\{[^}]*\}|\([^)]*\)|\w+)")
_BEFORE = re.compile(rf"^(?:{VARIABLE.pattern}/|\$(?:\{{[^}}]*\}}|\([^)]*\))(?=[\w.]))")
_VARIABLES = re.compile(rf"(?:{VARIABLE.pattern})+")
_MOST_VARIABLES = 4  # what a matcher tries grows with their power


def inside_of(copy: Copy, folder: str, sources: frozenset[str]) -> str | None:
    """Return where in a function's folder a copy lands; None when it lands elsewhere.

    A place that is nothing but a variable is a function's folder only where the script deploys from it.
    """
    if folder == ".":
        return joined(copy.bases[0], copy.to)
    for base in ("",) if copy.to.startswith("$") else copy.bases:
        parts = joined(base, copy.to).split("/")
        for count in range(1, len(parts) + 1):
            place, inside = "/".join(parts[:count]), "/".join(parts[count:])
            is_told = VARIABLE.sub("", place).strip("/.") or any(
                copy.below(each) == inside for each in sources
            )
            if "$" not in inside and is_told and may_be(place, folder):
                return inside
    return None


def may_be(place: str, folder: str) -> bool:
    """Whether a place, its variables standing for anything, is a folder of the repository."""
    before, *fixed = _VARIABLES.split(place)
    if not fixed or len(fixed) > _MOST_VARIABLES:
        return place == folder
    first, *others = [re.escape(text) for text in fixed]
    start = re.escape(before) + "[^/]+" if before else "(?:.*/)?" if first.startswith("/") else ".*"
    return (
        re.fullmatch("[^/]+".join((start + (first if before else first.removeprefix("/")), *others)), folder)
        is not None
    )


def arrival_of(tree: SourceTree, copy: Copy, source: str, folder: str, inside: str) -> str:
    """Return the path in a deployed folder at which `source` arrives, copied to `inside` of it."""
    name = posixpath.basename(source)
    into = copy.is_folder or not inside or tree.is_folder(joined(folder, inside)) or "*" in copy.source
    if copy.is_content or not into or posixpath.basename(inside) == name:
        return joined("", inside)
    return joined(inside, name)


def matching(tree: SourceTree, folder: str, name: str) -> list[str]:
    """Return what in a folder of the repository matches a glob."""
    return [joined(folder, child) for child in tree.children(folder.strip(".")) if fnmatchcase(child, name)]


def places_of(tree: SourceTree, copy: Copy, path: str) -> Iterator[str]:
    """Yield where a source lies: from a base of its line or, behind a variable, from the root or a folder above the script."""
    home = posixpath.dirname(copy.script)
    bare = _BEFORE.sub("", path)
    bases = copy.bases if bare == path else ("", home, *above(home))
    for place in dict.fromkeys(joined(base, bare) for base in bases if "$" not in bare):
        if tree.entry(place) is not None or tree.is_folder(place):
            yield place
