"""Collecting what files declare, with everything that could not be read beside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from deployguard.model.artifact import Artifact, Unknown
from deployguard.model.distribution import normalised
from deployguard.model.errors import SourceError
from deployguard.model.place import Place
from deployguard.model.problem import Problem, ProblemKind
from deployguard.requirements.addresses import without_secrets
from deployguard.requirements.declared import DeclaredSet, IndexOption, Locked, ReadFile, Requirement
from deployguard.requirements.markers import UnreadableMarkerError, holds
from deployguard.requirements.written import Written
from deployguard.source.links import Unresolved, resolve
from deployguard.source.tree import SourceTree


@dataclass(slots=True)
class Gathering:
    """The one mutable value of this room: filled by the readers of each kind of file, then frozen."""

    tree: SourceTree
    artifact: Artifact
    requirements: list[Requirement] = field(default_factory=list)
    elsewhere: list[Requirement] = field(default_factory=list)
    constraints: list[Requirement] = field(default_factory=list)
    locked: dict[str, Locked] = field(default_factory=dict)
    roots: dict[str, None] = field(default_factory=dict)
    options: list[IndexOption] = field(default_factory=list)
    files: dict[tuple[str, str], ReadFile] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)
    done: set[tuple[str, ...]] = field(default_factory=set)
    own: dict[str, str] = field(default_factory=dict)  # projects with a module of their name, by folder
    followed: set[str] = field(default_factory=set)

    def doubt(self, place: Place, reason: str) -> None:
        self.unknowns.append(Unknown("installs", place, without_secrets(reason)))

    def missing(self, path: str, place: Place, detail: str) -> None:
        """Note a file that an instruction names and that is not there: what it declares is unknown too."""
        self.problems.append(Problem(ProblemKind.MISSING_PATH, without_secrets(path), place, detail))
        self.doubt(place, f"{path}: {detail}")

    def read(self, path: str, place: Place) -> tuple[str, bytes] | None:
        """Return a file's real path and bytes; None, once noted, when it cannot be read. `place` names it."""
        found = resolve(self.tree, path)
        if isinstance(found, Unresolved):
            detail = f"{found.link} leads to nothing" if found.link else "no such file in the repository"
            self.missing(path, place, detail)
            return None
        if found.entry is None:
            self.missing(path, place, "a folder, where a file is needed")
            return None
        try:
            return found.path, self.tree.content(found.entry)
        except SourceError as error:
            self.problems.append(Problem(ProblemKind.MISSING_BLOB, path, place, str(error)))
            self.doubt(place, str(error))
            return None

    def add(self, requirement: Requirement) -> None:
        """File a requirement under what its marker says on the runtime; one that cannot be told counts as declared."""
        try:
            applies = holds(requirement.marker, self.artifact.runtime)
        except UnreadableMarkerError as error:
            self.doubt(requirement.place, str(error))
            applies = True
        (self.requirements if applies else self.elsewhere).append(requirement)

    def add_written(self, found: Written, place: Place, source: str, raw: str = "") -> None:
        """Add what `read_requirement` read; what it could not read is a doubt."""
        if found.reason:
            self.doubt(place, f"{found.text}: {found.reason}")
            return
        self.add(required(found, place, source, raw))

    def frozen(self, implied: tuple[str, ...], *, complete: bool) -> DeclaredSet:
        return DeclaredSet(
            tuple(dict.fromkeys(self.requirements)),
            tuple(dict.fromkeys(self.elsewhere)),
            tuple(self.constraints),
            tuple(self.locked.values()),
            complete and not self.unknowns,
            implied,
            tuple(self.roots),
            tuple(self.options),
            tuple(self.files.values()),
            tuple(dict.fromkeys(self.problems)),
            tuple(dict.fromkeys(self.unknowns)),
            frozenset(self.followed),
        )


def required(found: Written, place: Place, source: str, raw: str = "") -> Requirement:
    """Turn what was read into a requirement, with comparable names."""
    extras = tuple(normalised(extra) for extra in found.extras)
    return Requirement(
        normalised(found.name),
        place,
        source,
        extras,
        found.specifier,
        found.marker,
        found.text,
        raw or found.text,
    )
