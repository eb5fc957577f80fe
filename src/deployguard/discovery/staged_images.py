"""What scripts copy into a build context before the image is built: the `include` of a Dockerfile's service."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import replace

from deployguard.discovery.copies import Copy, copies_in, written_in
from deployguard.discovery.discover import Discovered
from deployguard.discovery.landing import places_of
from deployguard.discovery.paths import holds, joined
from deployguard.discovery.scripts import scripts_of
from deployguard.model.service import Include
from deployguard.source.tree import SourceTree

_SPEAKS = (b"cp ", b"rsync ", b"ditto ")


def with_staged(tree: SourceTree, found: tuple[Discovered, ...]) -> tuple[Discovered, ...]:
    """Give each image what its COPY names, its context lacks, and a script copies to a place of that name."""
    if not any(one.lacking for one in found):
        return found
    copies = tuple(copy for script in scripts_of(tree, _SPEAKS) for copy in copies_in(script))
    return tuple(_with(tree, one, copies) for one in found)


def _with(tree: SourceTree, one: Discovered, copies: Sequence[Copy]) -> Discovered:
    has = {include.to for include in one.include}
    wanted = {path: each for each in one.lacking if (path := posixpath.normpath(each)) not in has}
    if len(wanted) < len(one.lacking):
        one = replace(one, lacking=tuple(wanted.values()))
    included: dict[str, tuple[Include, Copy]] = {}
    for path in wanted:
        for include, copy in _includes(tree, one.context, path, copies):
            included.setdefault(include.to, (include, copy))
    if not included.keys() & wanted.keys():
        return one
    note = (
        f"include is what {written_in(copy for _, copy in included.values())} copies into the build context"
    )
    lacking = tuple(written for path, written in wanted.items() if path not in included)
    includes = tuple(include for include, _ in included.values() if include.to not in has)
    return replace(one, include=(*one.include, *includes), lacking=lacking, notes=(*one.notes, note))


def _includes(
    tree: SourceTree, context: str, lacking: str, copies: Sequence[Copy]
) -> Iterator[tuple[Include, Copy]]:
    """Yield what is copied to a place that ends in the path that lacks, and single files that are copied into it."""
    for copy in copies:
        source = next(places_of(tree, copy, copy.source), "")
        to = posixpath.normpath(copy.to)
        if not source or _is_for_another(tree, context, copy):
            continue
        if any(_ends_in(place, lacking) for place in (to, joined(to, posixpath.basename(source)))):
            is_below = tree.entry(source) is not None and _ends_in(to, lacking) and copy.to != lacking
            is_below = is_below and posixpath.basename(source) != posixpath.basename(lacking)
            yield Include(source, joined(lacking, posixpath.basename(source)) if is_below else lacking), copy


def _ends_in(path: str, end: str) -> bool:
    return f"/{path}".endswith(f"/{end}")


def _is_for_another(tree: SourceTree, context: str, copy: Copy) -> bool:
    """Whether a copy goes to a folder of the repository that is not the build context, nor in it."""
    if "$" in copy.to:
        return False
    places = [joined(base, copy.to) for base in copy.bases]
    around = [
        place
        for place in (*places, *map(posixpath.dirname, places))
        if place.strip(".") and tree.is_folder(place)
    ]
    return bool(around) and not any(holds(context, place) for place in around)
