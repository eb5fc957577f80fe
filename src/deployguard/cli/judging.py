"""The long way of `deployguard check`: everything that judges, fixes and compares."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from deployguard.cli.progress import Progress
from deployguard.cli.showing import shown
from deployguard.cli.trees import CONFIGURATIONS, project_of, repository_of, tree_of
from deployguard.config.choice import chosen_services
from deployguard.model.alert import Written
from deployguard.model.report import Report
from deployguard.model.service import Project
from deployguard.rules.baseline import Baseline, baseline_in, baseline_path
from deployguard.rules.check import Request, check
from deployguard.rules.memory import Memory
from deployguard.rules.registry import rule_infos
from deployguard.rules.selection import selected
from deployguard.source.trace import TracedTree
from deployguard.source.tree import SourceTree

if TYPE_CHECKING:
    from deployguard.requirements.resolving.requirement_set import RequirementSet
    from deployguard.requirements.resolving.resolution import Outcome
    from deployguard.rules.gathering import Resolving


def run_anew(arguments: argparse.Namespace, tree: SourceTree, memory: Memory | None) -> int:
    """Judge, and do what the options ask for with what is found."""
    tree.read_ahead(CONFIGURATIONS)
    traced = TracedTree.of(tree)
    project = project_of(arguments, traced)
    request = _request(arguments, tree, project)
    if arguments.diff:
        return _differing(tree, project, request)
    if arguments.write_baseline:
        from deployguard.cli.mend import write_baseline

        return write_baseline(_judged(tree, project, request, {}), project, repository_of(arguments))
    if arguments.fix:
        from deployguard.cli.mend import make, planned

        make(planned(tree, project, request, _baseline(tree, project)), repository_of(arguments))
        tree = tree_of(arguments)
    elif arguments.since is None:
        tree, request = traced, replace(request, memory=memory)
    return shown(arguments, _judged(tree, project, request, _baseline(tree, project)), rule_infos())


def _differing(tree: SourceTree, project: Project, request: Request) -> int:
    """Show what `--fix` would do; what cannot be told outranks it."""
    from deployguard.cli.mend import planned, show_diff
    from deployguard.cli.output import tell
    from deployguard.report.concise import summary_line

    report = _judged(tree, project, request, _baseline(tree, project))
    something = show_diff(planned(tree, project, request, _baseline(tree, project)))
    tell(summary_line(report))
    return 2 if report.unknowns() else something


def _request(arguments: argparse.Namespace, tree: SourceTree, project: Project) -> Request:
    codes = selected(project, arguments.select, arguments.ignore)
    request = Request(
        tuple(arguments.services),
        codes,
        kind=arguments.kind,
        repository=not arguments.services,
        resolving=_resolving(arguments),
        policies=_policies(project, codes),
    )
    chosen_services(project, request.names)
    if arguments.since is None:
        return request
    from deployguard.cli.since import touched_since

    _, services = touched_since(arguments, tree, project)
    return replace(request, within=frozenset(service.name for service in services))


def _policies(project: Project, codes: frozenset[str]) -> tuple[Written, ...]:
    """Return the policies of deployguard.toml, where any of their rules is judged."""
    if not any(code.startswith("DG5") for code in codes) or "alerts" not in project.tables:
        return ()
    from deployguard.alerts.wanted import configured_policies

    return configured_policies(project)


def _resolving(arguments: argparse.Namespace) -> Resolving | None:
    """Return the way to uv, with a progress line of its own; None where nothing is to be asked."""
    if not arguments.resolve and not arguments.refresh:
        return None
    from deployguard.requirements.resolving.resolve import Resolver

    resolver = Resolver.here(refresh=arguments.refresh)

    def resolving(sets: Sequence[RequirementSet]) -> Mapping[str, Outcome]:
        with Progress("resolving", len({each.key for each in sets})) as progress:
            return resolver.resolve_all(sets, progress.step)

    return resolving


def _judged(tree: SourceTree, project: Project, request: Request, baseline: Baseline) -> Report:
    with Progress("checking", len(request.names) or len(project.services)) as progress:
        return check(tree, project, request, baseline, progress.step)


def _baseline(tree: SourceTree, project: Project) -> Baseline:
    return baseline_in(tree, baseline_path(project))
