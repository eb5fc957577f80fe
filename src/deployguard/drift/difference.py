"""How what arrives differs between two commits, and by which paths of the repository that can have come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from deployguard.artifact.compare import Change, changed_build, changed_files
from deployguard.drift.shipped import Shipped
from deployguard.model.service import Service
from deployguard.source.links import links_to

_APPEARED = {"added", "removed"}


@dataclass(frozen=True, slots=True)
class Difference:
    """`causes` gives for each thing that differs the repository paths that a commit must have touched to bring it.

    `entry`: the service's own table of the configuration differs in what ships.
    """

    files: tuple[Change, ...]
    build: tuple[str, ...]
    causes: tuple[frozenset[str], ...]
    entry: bool = False

    def __bool__(self) -> bool:
        return bool(self.causes)

    @property
    def paths(self) -> frozenset[str]:
        return frozenset().union(*self.causes)


def difference(before: Shipped, after: Shipped, files: frozenset[str] | None = None) -> Difference:
    """Compare; with `files`, only these paths of the artifact count, and all that decides how it is built.

    Equal fingerprints and equal requirement files are no difference, whatever else was edited.
    """
    inputs = frozenset(
        path for path in {*before.inputs, *after.inputs} if before.inputs.get(path) != after.inputs.get(path)
    )
    if alike(before, after) and not inputs:
        return Difference((), (), ())
    changed = tuple(
        change
        for change in changed_files(before.artifact, after.artifact)
        if files is None or change.path in files
    )
    build = changed_build(before.artifact, after.artifact)
    recipe = before.artifact.recipe != after.artifact.recipe or _target(before) != _target(after)
    entry = shipping_keys(before.service) != shipping_keys(after.service)
    around = frozenset(_around(before, after))
    causes = [frozenset(_causes(change, before, after)) | _of_appearing(change, around) for change in changed]
    causes += [frozenset({path}) | _of_entering(path, before, after, around) for path in inputs]
    causes += [around & _dockerfiles(before, after)] if recipe else []
    if not changed and not inputs and not recipe:
        return Difference((), (), ())
    return Difference(changed, build, tuple(causes), entry)


def alike(before: Shipped, after: Shipped) -> bool:
    """Tell whether two artifacts have one fingerprint, without hashing them."""
    old, new = before.artifact, after.artifact
    if (old.recipe, *_target(before)) != (new.recipe, *_target(after)) or len(old.files) != len(new.files):
        return False
    for path, file in old.files.items():
        other = new.files.get(path)
        if other is None or file.blob != other.blob or file.mode != other.mode:
            return False
    return True


def shipping_keys(service: Service) -> tuple[object, ...]:
    """Return what of a service's table decides what arrives and how it is built."""
    return (
        service.kind,
        service.source,
        service.dockerfile,
        service.context,
        service.runtime,
        service.entry_point,
        service.include,
        service.deploy_with,
        service.build_args,
        service.command,
    )


def _target(shipped: Shipped) -> tuple[object, ...]:
    return (shipped.artifact.runtime, shipped.artifact.launch.target)


def _causes(change: Change, before: Shipped, after: Shipped) -> Iterator[str]:
    """Where its bytes are, and, where they come from elsewhere than before, the links that lead there."""
    old, new = before.artifact.files.get(change.path), after.artifact.files.get(change.path)
    moved = old is None or new is None or old.origin != new.origin
    for shipped, file in ((before, old), (after, new)):
        if file is not None:
            yield file.origin
            if moved:
                yield file.place
                yield from links_to(shipped.tree, file.place)
    if moved:
        here = before if new is None else after
        there = after if new is None else before
        file = new or old
        if file is not None and here is not there:
            yield from links_to(there.tree, file.place)


def _of_appearing(change: Change, around: frozenset[str]) -> frozenset[str]:
    return around if change.kind in _APPEARED else frozenset()


def _of_entering(path: str, before: Shipped, after: Shipped, around: frozenset[str]) -> frozenset[str]:
    return around if (path in before.inputs) != (path in after.inputs) else frozenset()


def _around(before: Shipped, after: Shipped) -> Iterator[str]:
    """Files that decide what is let in: those of them that differ."""
    candidates: set[str] = set()
    for shipped in (before, after):
        candidates |= _dockerfiles(shipped) | _ignore_files(shipped.service)
        candidates |= {place.path for _, place in shipped.artifact.ignored.values()}
    for path in candidates:
        if before.tree.entry(path) != after.tree.entry(path):
            yield path
        yield from _differing_links(path, before, after)


def _differing_links(path: str, before: Shipped, after: Shipped) -> Iterator[str]:
    links = {*links_to(before.tree, path), *links_to(after.tree, path)}
    yield from (link for link in links if before.tree.entry(link) != after.tree.entry(link))


def _dockerfiles(*sides: Shipped) -> frozenset[str]:
    return frozenset(side.service.dockerfile for side in sides if side.service.dockerfile)


def _ignore_files(service: Service) -> set[str]:
    folders: Iterable[str] = {service.source, service.context if service.dockerfile else service.source}
    found = {f"{service.dockerfile}.dockerignore"} if service.dockerfile else set()
    for folder in folders:
        start = "" if folder in {"", "."} else f"{folder}/"
        found |= {f"{start}{name}" for name in (".gcloudignore", ".gitignore", ".dockerignore")}
    return found
