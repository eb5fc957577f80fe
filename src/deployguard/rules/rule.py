"""What a rule is, and the facts it judges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from deployguard.imports.closure import Closure, Reading
from deployguard.model.alert import Written
from deployguard.model.artifact import Artifact
from deployguard.model.finding import Finding, Severity
from deployguard.model.runtime import Runtime
from deployguard.model.service import Project, Service
from deployguard.requirements.declared import DeclaredSet
from deployguard.requirements.resolving.resolution import Outcome
from deployguard.rules.outside import Installed
from deployguard.rules.runtimes import Deprecation
from deployguard.source.tree import SourceTree


@dataclass(frozen=True, slots=True)
class RepositoryFacts:
    """What a rule over the whole repository may look at."""

    tree: SourceTree
    project: Project


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """What a rule over one service may look at. `outcome` is None where its requirement set was never resolved."""

    tree: SourceTree
    project: Project
    service: Service
    artifact: Artifact
    closure: Closure
    reading: Reading
    declared: DeclaredSet
    installed: Installed
    siblings: Callable[[], Sequence[DeclaredSet]]
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """What a rule over alert policies may look at: the policies as they are written, in tables and in files."""

    project: Project
    policies: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class RepositoryRule:
    """One numbered judgement over the repository.

    `page` is its documentation in Markdown (the module's docstring): what, why, example, fix.
    """

    code: str
    name: str
    severity: Severity
    page: str
    judge: Callable[[RepositoryFacts], Iterable[Finding]]
    default: bool = True


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """One numbered judgement over a service; `page` as in RepositoryRule."""

    code: str
    name: str
    severity: Severity
    page: str
    judge: Callable[[ServiceFacts], Iterable[Finding]]
    default: bool = True


@dataclass(frozen=True, slots=True)
class AlertRule:
    """One numbered judgement over alert policies; `page` as in RepositoryRule."""

    code: str
    name: str
    severity: Severity
    page: str
    judge: Callable[[AlertFacts], Iterable[Finding]]
    default: bool = True


@dataclass(frozen=True, slots=True)
class DatedRule:
    """One numbered judgement that depends on the day: not one of a check's, whose answer a commit alone decides.

    `page` as in RepositoryRule. `judge` takes the runtime of a function.
    """

    code: str
    name: str
    severity: Severity
    page: str
    judge: Callable[[Runtime, date], Deprecation | None]
    default: bool = False
