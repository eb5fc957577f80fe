"""The facts of each service of one source tree, gathered once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from deployguard.artifact.assemble import artifact_of
from deployguard.artifact.installed import with_installed_projects
from deployguard.imports.judge import closure_of
from deployguard.imports.library import Library
from deployguard.model.artifact import Artifact
from deployguard.model.service import Project, Service
from deployguard.requirements.declared import DeclaredSet
from deployguard.requirements.providers import ProviderMap
from deployguard.requirements.provides import Environment
from deployguard.requirements.read import declared
from deployguard.rules.outside import Installed
from deployguard.rules.rule import ServiceFacts
from deployguard.source.trace import TracedTree
from deployguard.source.tree import SourceTree


class Gathering:
    """Gathers on demand, and keeps what it gathered."""

    def __init__(self, tree: SourceTree, project: Project) -> None:
        self.tree = tree
        self.project = project
        self.library = Library(tree)
        self.trees = {service.name: TracedTree.of(tree) for service in project.services}
        self.artifact = cache(self._artifact)
        self.declared = cache(self._declared)

    def preload(self, services: Sequence[Service]) -> None:
        """Read the Python files of all artifacts at once."""
        self.library.preload(
            file.blob
            for service in services
            for path, file in self.artifact(service.name).files.items()
            if path.endswith(".py")
        )

    def facts(self, service: Service) -> ServiceFacts:
        artifact = self.artifact(service.name)
        declared_set = self.declared(service.name)
        installed = Installed(Environment(declared_set, ProviderMap.load(), artifact.runtime))
        source = service.source or service.context
        merged = with_installed_projects(artifact, declared_set.local_roots)
        tree = self.trees[service.name]
        closure = closure_of(tree, merged, source, self.library, installed)
        return ServiceFacts(
            tree,
            self.project,
            service,
            artifact,
            closure,
            self.library,
            declared_set,
            installed,
            self.siblings,
        )

    def siblings(self) -> tuple[DeclaredSet, ...]:
        return tuple(self.declared(service.name) for service in self.project.services)

    def _artifact(self, name: str) -> Artifact:
        return artifact_of(self.trees[name], self._service(name))

    def _declared(self, name: str) -> DeclaredSet:
        return declared(self.trees[name], self.artifact(name))

    def _service(self, name: str) -> Service:
        return next(service for service in self.project.services if service.name == name)
