"""The facts of each service of one source tree, gathered once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property, partial

from deployguard.artifact.assemble import artifact_of
from deployguard.artifact.installed import with_installed_projects
from deployguard.imports.closure import Closure, Outside, Reading
from deployguard.imports.judge import closure_of
from deployguard.imports.library import Library
from deployguard.model.artifact import Artifact
from deployguard.model.distribution import normalised
from deployguard.model.service import Project, Service
from deployguard.requirements.declared import DeclaredSet
from deployguard.requirements.environment import Environment
from deployguard.requirements.providers import ProviderMap
from deployguard.requirements.read import declared
from deployguard.requirements.resolving.files import InstalledFiles
from deployguard.requirements.resolving.requirement_set import RequirementSet, requirement_set
from deployguard.requirements.resolving.resolution import Outcome, Resolution, Unresolved
from deployguard.requirements.resolving.store import Store, stored
from deployguard.rules.outside import Installed
from deployguard.rules.rule import ServiceFacts
from deployguard.source.trace import TracedTree
from deployguard.source.tree import SourceTree

Close = Callable[[SourceTree, Artifact, str, Reading, Outside], Closure]
Resolving = Callable[[Sequence[RequirementSet]], Mapping[str, Outcome]]


class Gathering:
    """Gathers on demand, and keeps what it gathered.

    What requirement sets resolved to is taken from the store, unless `resolve` asks anew. `close` computes closures.
    """

    def __init__(self, tree: SourceTree, project: Project, close: Close = closure_of) -> None:
        self.tree = tree
        self.project = project
        self.close = close
        self.library = Library(tree)
        self.trees = {service.name: TracedTree.of(tree) for service in project.services}
        self.artifact = cache(self._artifact)
        self.declared = cache(self._declared)
        self.store = Store()
        self.outcomes: Mapping[str, Outcome] = {}
        self.asked = cache(self._asked)
        self.files = cache(self._files)

    @cached_property
    def providers(self) -> ProviderMap:
        """The shipped map, with what `[check.providers]` teaches."""
        check = self.project.tables.get("check")
        given = check.get("providers", {}) if isinstance(check, Mapping) else {}
        named = {
            module: (names,) if isinstance(names, str) else tuple(names) for module, names in given.items()
        }
        taught = {module: tuple(map(normalised, names)) for module, names in named.items()}
        return ProviderMap.load().taught(taught) if taught else ProviderMap.load()

    def preload(self, services: Sequence[Service]) -> None:
        """Read the Python files of all artifacts at once, and what declares requirements."""
        self.tree.contents(
            file.blob
            for service in services
            for path, file in self.artifact(service.name).files.items()
            if file.blob and _declares(path)
        )
        self.library.preload(
            file.blob
            for service in services
            for path, file in self.artifact(service.name).files.items()
            if path.endswith(".py")
        )

    def resolve(self, services: Sequence[Service], resolving: Resolving) -> None:
        """Resolve what the services install, each distinct set once."""
        sets = (self.asked(service.name) for service in services)
        self.outcomes = resolving([each for each in sets if each is not None])

    def facts(self, service: Service) -> ServiceFacts:
        artifact = self.artifact(service.name)
        declared_set = self.declared(service.name)
        environment = Environment(
            declared_set,
            self.providers,
            artifact.runtime,
            self.store,
            self.files(service.name),
            partial(self.elsewhere, self.trees[service.name]),
        )
        installed = Installed(environment)
        source = service.source or service.context
        merged = with_installed_projects(artifact, declared_set.local_roots)
        tree = self.trees[service.name]
        closure = self.close(tree, merged, source, self.library, installed)
        return ServiceFacts(
            tree,
            self.project,
            service,
            artifact,
            closure,
            self.library,
            declared_set,
            installed,
            partial(self.siblings, tree),
            self.outcome(service.name),
        )

    def outcome(self, name: str) -> Outcome | None:
        """Return what this run, else any former one, found for the very same requirement set."""
        asked = self.asked(name)
        if asked is None:
            return None
        return self.outcomes.get(asked.key) or stored(self.store, asked.key)

    def elsewhere(self, asking: TracedTree, module: str) -> tuple[str, ...]:
        """Return the distributions that hold a module where other services are installed."""
        asking.depend_on_all()
        views = (self.files(service.name) for service in self.project.services)
        found = (view.having(module) for view in views if view and not view.is_namespace(module))
        return tuple(dict.fromkeys(name for names in found for name in names))

    def siblings(self, asking: TracedTree) -> tuple[DeclaredSet, ...]:
        """Return what every service declares, for a service that looks at the repository through `asking`."""
        asking.depend_on_all()
        return tuple(self.declared(service.name) for service in self.project.services)

    def _artifact(self, name: str) -> Artifact:
        return artifact_of(self.trees[name], self._service(name))

    def _declared(self, name: str) -> DeclaredSet:
        return declared(self.trees[name], self.artifact(name))

    def _asked(self, name: str) -> RequirementSet | None:
        """Return the question to the resolver; None where nothing is declared."""
        asked = requirement_set(self.trees[name], self.artifact(name), self.declared(name))
        return asked if asked.lines else None

    def _files(self, name: str) -> InstalledFiles | None:
        outcome, asked = self.outcome(name), self.asked(name)
        if asked is not None and isinstance(outcome, Unresolved):
            outcome = stored(self.store, asked.key)
        return InstalledFiles(outcome, self.store) if isinstance(outcome, Resolution) else None

    def _service(self, name: str) -> Service:
        return next(service for service in self.project.services if service.name == name)


def _declares(path: str) -> bool:
    """Tell by its name what is nearly always read for requirements; the others are read when they are named."""
    name = path.rpartition("/")[2]
    return name.startswith(("requirements", "constraints")) or name == "pyproject.toml"
