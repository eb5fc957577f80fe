"""Which services a change touches, and by which files: two trees compared, neither checked out."""

from __future__ import annotations

from dataclasses import dataclass

from deployguard.artifact.assemble import artifact_of
from deployguard.artifact.compare import Change, changed_build, changed_files
from deployguard.artifact.fingerprint import fingerprint
from deployguard.model.artifact import Artifact
from deployguard.model.service import Project, Service
from deployguard.source.tree import SourceTree


@dataclass(frozen=True, slots=True)
class Side:
    """A source tree, and the project that holds in it."""

    tree: SourceTree
    project: Project

    def artifacts(self) -> dict[str, tuple[Service, Artifact]]:
        """Return every service with its artifact.

        Raises:
            SourceError: a file that decides what arrives is not in this clone.
        """
        return {service.name: (service, artifact_of(self.tree, service)) for service in self.project.services}


@dataclass(frozen=True, slots=True)
class Touched:
    """A service that differs between two trees.

    `change`: `added`, `removed` (configured in one of them only) or `changed`. `files` are the paths that arrive
    differently, `build` the words of `changed_build`. A fingerprint is None on the side that lacks the service.
    """

    name: str
    kind: str
    change: str
    files: tuple[Change, ...] = ()
    build: tuple[str, ...] = ()
    before: str | None = None
    after: str | None = None


def touched(before: Side, after: Side) -> tuple[Touched, ...]:
    """Return the services that differ, by name.

    Raises:
        SourceError: as `Side.artifacts`.
    """
    old, new = before.artifacts(), after.artifacts()
    found = (_compared(name, old.get(name), new.get(name)) for name in sorted({*old, *new}))
    return tuple(one for one in found if one is not None)


_Known = tuple[Service, Artifact] | None


def _compared(name: str, old: _Known, new: _Known) -> Touched | None:
    if old is None or new is None:
        service, artifact = next(side for side in (new, old) if side is not None)
        change = "added" if old is None else "removed"
        prints = (None, fingerprint(artifact)) if old is None else (fingerprint(artifact), None)
        return Touched(name, service.kind, change, (), (), *prints)
    files, build = changed_files(old[1], new[1]), changed_build(old[1], new[1])
    kind = ("kind",) if old[0].kind != new[0].kind else ()
    if not (files or build or kind):
        return None
    before, after = fingerprint(old[1]), fingerprint(new[1])
    return Touched(name, new[0].kind, "changed", files, (*kind, *build), before, after)
