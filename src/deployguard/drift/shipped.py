"""What a service is at any commit: its entry in the configuration of that commit, and what would arrive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from deployguard.artifact.assemble import artifact_of
from deployguard.artifact.fingerprint import fingerprint
from deployguard.artifact.stages import stage_files
from deployguard.config.load import NAME, PYPROJECT, load_project
from deployguard.model.amounts import counted
from deployguard.model.artifact import Artifact
from deployguard.model.entry import SUBMODULE, Entry
from deployguard.model.errors import ConfigurationError
from deployguard.model.problem import ProblemKind
from deployguard.model.service import Project, Service
from deployguard.requirements.read import declared
from deployguard.source.history import History
from deployguard.source.lazy import LazyTree, Trees

_NO_VALUE = "has no value"


@dataclass(frozen=True)
class Shipped:
    """A service at one commit. `note` says where its configuration was taken from, when not from that commit.

    `lacking`: contents that decide what arrives are not in this clone, so that the artifact is not to be believed.
    """

    tree: LazyTree
    service: Service
    artifact: Artifact
    note: str = ""
    lacking: bool = False

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint(self.artifact)

    @cached_property
    def inputs(self) -> Mapping[str, str]:
        """Files that decide what is built and need not arrive, by path, with the id of their content.

        They are requirement files, what earlier stages of a Dockerfile are built from, and submodules: what those hold
        is not in this repository, and the commit that each is at (gitlink) speaks for it.
        """
        arriving = {file.origin for file in self.artifact.files.values()}
        found = stage_files(self.tree, self.service) if self._stages > 1 else {}
        if any(install.origin and install.origin not in arriving for install in self.artifact.installs):
            read = (file.path for file in declared(self.tree, self.artifact).files)
            entries = {path: self.tree.entry(path) for path in read}
            found = {**found, **{path: entry.blob for path, entry in entries.items() if entry is not None}}
        found = {**found, **dict(self._submodules())}
        return {path: blob for path, blob in found.items() if path not in arriving}

    def _submodules(self) -> Iterator[tuple[str, str]]:
        service = self.service
        met = [each for each in self.artifact.problems if each.kind is ProblemKind.SUBMODULE]
        leading = {path for each in met for path in (each.subject, each.detail, each.place.path)}
        for path in sorted(leading | {service.source, service.dockerfile, service.context}):
            parts = path.split("/")
            for folder in ("/".join(parts[:depth]) for depth in range(1, len(parts) + 1)):
                entry = self.tree.entry(folder)
                if entry is not None and entry.mode == SUBMODULE:
                    yield folder, entry.blob

    @property
    def _stages(self) -> int:
        return sum(key.startswith("from:") for key, _ in self.artifact.recipe)

    @property
    def doubt(self) -> str:
        """Why it cannot be told what is let in; "" where it can.

        Without its source or its Dockerfile nothing can be built, and nothing is nothing's equal by appearance only. A COPY of something that is not known may take anything. Other doubts are about what the same lines make of the
        same inputs, or about what no commit holds: images and addresses on the network.
        """
        roots = {self.service.source, self.service.dockerfile} - {""}
        for problem in self.artifact.problems:
            if problem.kind is ProblemKind.MISSING_PATH and problem.subject in roots:
                return f"{problem.subject} is not there"
        for unknown in self.artifact.unknowns:
            if unknown.covers == "files" and _NO_VALUE in unknown.reason:
                return f"{unknown.place.path}:{unknown.place.line}: {unknown.reason}"
        return ""


class Shipping:
    """Every service of a project at any commit; `given` is a configuration file that holds for all of them."""

    def __init__(self, history: History, head: str, project: Project, given: Path | None = None) -> None:
        self.history = history
        self.head = head
        self.project = project
        self.trees = Trees(history)
        self._given = given
        self._projects: dict[object, Project | str] = {self._configuration(head): project}
        self._made: dict[tuple[str, str], Shipped] = {}

    def at(self, commit: str, name: str) -> Shipped:
        """Return a service of the project as it was at a commit.

        Raises:
            SourceError: something that decides what arrives is not in this clone.
        """
        key = (commit, name)
        if key not in self._made:
            service, note = self._entry(commit, name)
            tree = self.trees.at(commit)
            artifact = artifact_of(tree, service)
            lacking = tree.lacks_contents and self._lacks(commit, service)
            self._made[key] = Shipped(tree, service, artifact, note, lacking)
        return self._made[key]

    def _lacks(self, commit: str, service: Service) -> bool:
        """Tell whether it is this service that needs what the clone lacks of a commit."""
        tree = self.trees.fresh(commit)
        artifact_of(tree, service)
        return tree.lacks_contents

    def prepare(self, commits: Iterable[str], names: Iterable[str]) -> None:
        """Let a partial clone fetch what these commits need, by what the head needs; anything else need not wait."""
        if self.history.promised is None:
            return
        for name in names:
            self.at(self.head, name)
        self.trees.bring_alike(self.head, commits)

    def _entry(self, commit: str, name: str) -> tuple[Service, str]:
        present = next(service for service in self.project.services if service.name == name)
        held = self.project_at(commit)
        if isinstance(held, str):
            return present, f"{held} at {commit[:12]}: the present configuration is taken for both"
        former = next((service for service in held.services if service.name == name), None)
        if former is None:
            return present, f"not configured at {commit[:12]}: the present configuration is taken for both"
        return former, ""

    def project_at(self, commit: str) -> Project | str:
        """Return the project that held at a commit, or why there is none."""
        if self._given is not None:
            return self.project
        key = self._configuration(commit)
        if key not in self._projects:
            try:
                self._projects[key] = load_project(self.trees.at(commit), None)
            except ConfigurationError as error:
                there = any(self.trees.at(commit).entry(path) for path in (NAME, PYPROJECT))
                self._projects[key] = (
                    f"{error.problems[0]} (of {counted(len(error.problems), 'fault')})"
                    if there
                    else f"{NAME}: not there"
                )
        return self._projects[key]

    def _configuration(self, commit: str) -> object:
        """What decides which project is read: the ids of its files, or of the whole tree where one is a link."""
        tree = self.trees.at(commit)
        entries: list[Entry | None] = [tree.entry(path) for path in (NAME, PYPROJECT)]
        if any(entry is not None and not entry.is_file for entry in entries):
            return tree.root
        return tuple(entry.blob if entry else "" for entry in entries)
