"""The long way of `deployguard check`: everything that judges, fixes and compares."""

from __future__ import annotations

import argparse
from dataclasses import replace

from deployguard.cli.check import shown
from deployguard.cli.mend import make, planned, show_diff, write_baseline
from deployguard.cli.output import tell
from deployguard.cli.progress import Progress
from deployguard.cli.since import touched_since
from deployguard.cli.trees import project_of, repository_of, tree_of
from deployguard.model.report import Report
from deployguard.model.service import Project
from deployguard.report.concise import summary_line
from deployguard.rules.baseline import Baseline, baseline_in, baseline_path
from deployguard.rules.check import Request, check, chosen_services
from deployguard.rules.memory import Memory
from deployguard.rules.registry import rule_infos
from deployguard.rules.selection import selected
from deployguard.source.tree import SourceTree


def run_anew(arguments: argparse.Namespace, tree: SourceTree, memory: Memory) -> int:
    """Judge, and do what the options ask for with what is found."""
    project = project_of(arguments, tree)
    request = _request(arguments, tree, project)
    if arguments.fix:
        make(planned(tree, project, request, _baseline(tree, project)), repository_of(arguments))
        tree = tree_of(arguments)
    if arguments.write_baseline:
        return write_baseline(_judged(tree, project, request, {}), project, repository_of(arguments))
    request = request if arguments.since else replace(request, memory=memory)
    report = _judged(tree, project, request, _baseline(tree, project))
    if arguments.diff:
        something = show_diff(planned(tree, project, request, _baseline(tree, project)))
        tell(summary_line(report))
        return 2 if report.unknowns() else something
    return shown(arguments, report, rule_infos())


def _request(arguments: argparse.Namespace, tree: SourceTree, project: Project) -> Request:
    codes = selected(project, arguments.select, arguments.ignore)
    request = Request(tuple(arguments.services), codes, kind=arguments.kind)
    chosen_services(project, request.names)
    if not arguments.since:
        return request
    _, services = touched_since(arguments, tree, project)
    return replace(request, within=frozenset(service.name for service in services))


def _judged(tree: SourceTree, project: Project, request: Request, baseline: Baseline) -> Report:
    with Progress("checking", len(request.names) or len(project.services)) as progress:
        return check(tree, project, request, baseline, progress.step)


def _baseline(tree: SourceTree, project: Project) -> Baseline:
    return baseline_in(tree, baseline_path(project))
