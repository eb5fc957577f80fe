"""`--strict-closure`: of what arrives, the files that the entry point reaches, and those that decide the build."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from deployguard.drift.shipped import Shipped
from deployguard.imports.closure import Closure
from deployguard.imports.data import artifact_path, data_uses
from deployguard.imports.finder import Finder
from deployguard.model.artifact import Artifact
from deployguard.model.service import Project
from deployguard.requirements.read import declared
from deployguard.rules.gathering import Gathering

_BUILD = frozenset(
    {
        "Procfile",
        "project.toml",
        "pyproject.toml",
        "setup.py",
        "setup.cfg",
        "uv.lock",
        "poetry.lock",
        "runtime.txt",
        ".python-version",
        "gunicorn.conf.py",
    }
)


class Narrow:
    """Reads the closure of each side; a closure that is not certain narrows nothing."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def __call__(self, before: Shipped, after: Shipped) -> frozenset[str] | None:
        """Return the paths of the artifact that count, None for all of them."""
        sides = [self._reached(side) for side in (before, after)]
        known = [side for side in sides if side is not None]
        return frozenset().union(*known) if len(known) == len(sides) else None

    def _reached(self, shipped: Shipped) -> frozenset[str] | None:
        project = replace(self._project, services=(shipped.service,))
        facts = Gathering(shipped.tree, project).facts(shipped.service)
        graph = facts.closure.graph
        if graph.entry is None or graph.uncertain_path:
            return None
        return frozenset((*_code(facts.closure), *_data(facts.closure, facts.artifact), *_build(shipped)))


def _code(closure: Closure) -> Iterator[str]:
    yield from (module.file for module in closure.graph.modules.values() if module.file)


def _data(closure: Closure, artifact: Artifact) -> Iterator[str]:
    finder = Finder(artifact.files, closure.graph.roots)
    for module in closure.graph.modules.values():
        for use in data_uses(module):
            path = artifact_path(use.path, module.stands_at, finder) if module.stands_at else None
            if path is not None:
                yield from (each for each in artifact.files if each == path or each.startswith(f"{path}/"))


def _build(shipped: Shipped) -> Iterator[str]:
    """Requirement files, what a buildpack looks for, and start scripts."""
    read = {file.path for file in declared(shipped.tree, shipped.artifact).files}
    read |= {install.origin for install in shipped.artifact.installs}
    for path, file in shipped.artifact.files.items():
        if file.origin in read or path.rpartition("/")[2] in _BUILD or path.endswith(".sh"):
            yield path
