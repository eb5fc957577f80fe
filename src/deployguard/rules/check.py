"""The static check: gather the facts of each service, judge them, put aside what is suppressed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from deployguard.artifact.fingerprint import fingerprint
from deployguard.config.choice import chosen_services
from deployguard.config.exclude import is_excluded
from deployguard.model.alert import Written
from deployguard.model.errors import SourceError
from deployguard.model.finding import Finding
from deployguard.model.problem import ProblemKind
from deployguard.model.report import Report, ServiceReport
from deployguard.model.service import Project, Service
from deployguard.rules.alerts import alert_findings
from deployguard.rules.baseline import Baseline
from deployguard.rules.gathering import Gathering, Resolving
from deployguard.rules.memory import Memory, Remembered, Verdict
from deployguard.rules.registry import REPOSITORY_RULES, SERVICE_RULES, rule_infos
from deployguard.rules.requirements import untold
from deployguard.rules.rule import AlertFacts, RepositoryFacts, ServiceFacts
from deployguard.rules.suppression import Scope, suppress
from deployguard.source.trace import TracedTree
from deployguard.source.tree import SourceTree


@dataclass(frozen=True, slots=True)
class Request:
    """What to check: the named services (all when empty) of a kind (any when empty), with the rules of these codes.

    Of these services only those `within` are judged, where it is given: what a change touches. With a `memory`, a service
    whose last verdict looked at nothing that has changed since is not judged again; the tree is then a TracedTree that
    the configuration and the baseline were read through. `resolving` asks what their requirement
    sets resolve to; None takes what former runs found. `policies` are the alert policies to judge.
    """

    names: tuple[str, ...] = ()
    codes: frozenset[str] = frozenset()
    repository: bool = True
    within: frozenset[str] | None = None
    memory: Memory | None = None
    kind: str = ""
    resolving: Resolving | None = None
    policies: tuple[Written, ...] = ()

    @property
    def whole(self) -> bool:
        return not (self.names or self.kind) and self.within is None


def check(
    tree: SourceTree,
    project: Project,
    request: Request,
    baseline: Baseline,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Judge the services of a project in one source tree.

    Raises:
        UsageError: a named service is not configured.
    """
    services = tuple(
        service
        for service in chosen_services(project, request.names)
        if (request.within is None or service.name in request.within) and request.kind in {"", service.kind}
    )
    if request.codes.isdisjoint(rule.code for rule in SERVICE_RULES):
        services = ()
    gathering = Gathering(tree, project)
    known = request.memory.verdicts() if request.memory and request.resolving is None else {}
    verdicts = {name: one for name, one in known.items() if one.seen.holds_in(tree)}
    gathering.preload([service for service in services if service.name not in verdicts])
    if request.resolving is not None:
        gathering.resolve(services, request.resolving)
    for service in services:
        if service.name not in verdicts:
            progress(service.name)
            verdicts[service.name] = _judged(gathering, service, request.codes)
    repository = _repository_findings(tree, project, request) if request.repository else ()
    found = Report(tree.kind, tree.sha, tuple(verdicts[one.name].report for one in services), repository)
    report = _suppressed(gathering, request, baseline, found)
    if request.memory and request.resolving is None and not tree.lacks_contents:
        rules = rule_infos()
        infos = {finding.code: rules[finding.code] for _, finding in report.found()}
        request.memory.keep(
            Remembered(
                tree.digest,
                report,
                infos,
                _beside(tree, [verdicts[one.name] for one in services]),
            ),
            {one.name: verdicts[one.name] for one in services},
        )
    return report


def _beside(tree: SourceTree, verdicts: Sequence[Verdict]) -> dict[str, str | None]:
    """Return what the run looked at beside the tree: for a remembered verdict, what it once looked at."""
    own = tree.seen.disk if isinstance(tree, TracedTree) else {}
    return {path: lying for verdict in verdicts for path, lying in verdict.seen.disk.items()} | dict(own)


def _judged(gathering: Gathering, service: Service, codes: frozenset[str]) -> Verdict:
    report = _report(gathering, service, codes)
    return Verdict(report, gathering.trees[service.name].seen)


def _report(gathering: Gathering, service: Service, codes: frozenset[str]) -> ServiceReport:
    try:
        facts = gathering.facts(service)
    except SourceError as error:
        return ServiceReport(service.name, service.kind, None, 0, (), (str(error),))
    findings = [finding for rule in SERVICE_RULES if rule.code in codes for finding in rule.judge(facts)]
    artifact = facts.artifact
    return ServiceReport(
        service.name,
        service.kind,
        fingerprint(artifact),
        len(artifact.files),
        tuple(findings),
        _unknown(facts),
    )


def _unknown(facts: ServiceFacts) -> tuple[str, ...]:
    """Return what keeps a service from being judged at all."""
    reasons = [
        f"{unknown.place.path}:{unknown.place.line}: {unknown.reason}"
        for unknown in facts.artifact.unknowns
        if unknown.covers == "launch"
    ]
    reasons += [
        f"{file.origin}: its content is not in this clone"
        for path, file in facts.artifact.files.items()
        if path.endswith(".py") and facts.reading.facts(file.blob) is None
    ]
    reasons += [
        f"{file.origin}: {facts.artifact.runtime.name} may accept it, and this Python does not: "
        f"run deployguard on Python {facts.artifact.runtime.version} or newer"
        for module in facts.closure.graph.modules.values()
        if (file := facts.artifact.files.get(module.file or "")) is not None
        and facts.reading.is_beyond(file.blob, facts.artifact.runtime)
    ]
    reasons += [
        f"{problem.place.path}: its content is not in this clone"
        for problem in facts.artifact.problems
        if problem.kind is ProblemKind.MISSING_BLOB
    ]
    reasons += untold(facts.outcome)
    unclear = {problem.subject: problem for problem in facts.tree.problems}
    reasons += [
        f"{path}: {unclear[path].kind}: {unclear[path].detail}"
        for path in unclear
        if f"{path}/".startswith(f"{facts.service.source}/")
    ]
    return tuple(reasons)


def _repository_findings(tree: SourceTree, project: Project, request: Request) -> tuple[Finding, ...]:
    facts = RepositoryFacts(tree, project)
    found = [
        *(
            finding
            for rule in REPOSITORY_RULES
            if rule.code in request.codes
            for finding in rule.judge(facts)
        ),
        *alert_findings(AlertFacts(project, request.policies), request.codes),
    ]
    return tuple(finding for finding in found if not is_excluded(project, finding.path))


def _suppressed(gathering: Gathering, request: Request, baseline: Baseline, found: Report) -> Report:
    judged = frozenset(report.name for report in found.services if not report.unknown)
    scope = Scope(judged, request.codes, frozenset(rule_infos()), request.whole, {})
    left = suppress(found.found(), gathering.tree, gathering.project, scope, baseline)
    kept: dict[str, list[Finding]] = {}
    for each in left.kept:
        kept.setdefault(each.service, []).append(each.finding)
    services = tuple(replace(one, findings=tuple(kept.get(one.name, ()))) for one in found.services)
    remarks = tuple(remark for remark in left.remarks if remark.code in request.codes)
    return replace(
        found, services=services, repository=(*kept.get("", ()), *remarks), suppressed=left.suppressed
    )
