"""`check --fix`, `check --diff` and `check --write-baseline`: what comes after judging."""

from __future__ import annotations

from deployguard.cli.output import show, tell
from deployguard.fixes.apply import apply
from deployguard.fixes.change import Plan
from deployguard.fixes.diff import diff
from deployguard.fixes.rounds import settled
from deployguard.model.errors import DeployguardError, UsageError
from deployguard.model.finding import Finding
from deployguard.model.report import Report
from deployguard.model.service import Project
from deployguard.report.changes import applied_lines, refused_lines, to_add
from deployguard.report.printable import counted
from deployguard.rules.baseline import Baseline, baseline_path, written_baseline
from deployguard.rules.check import Request, check
from deployguard.rules.suppression import REMARKS
from deployguard.source.git import Repository
from deployguard.source.tree import SourceTree


def planned(tree: SourceTree, project: Project, request: Request, baseline: Baseline) -> Plan:
    """Plan all that can be fixed, what a first fix reveals included."""

    def findings_in(changed: SourceTree) -> tuple[Finding, ...]:
        return tuple(found.finding for found in check(changed, project, request, baseline).found())

    return settled(tree, findings_in)


def show_diff(plan: Plan) -> int:
    """Show what would be fixed as a patch; 1 when there is something."""
    show(diff(plan.changes))
    for line in refused_lines(plan.refused):
        tell(line)
    return int(bool(plan.changes))


def make(plan: Plan, repository: Repository) -> None:
    """Fix on disk, and say what was done.

    Raises:
        UsageError: a bare repository has no files to fix.
    """
    if repository.work_tree is None:
        raise UsageError(f"{repository.git_dir}: a bare repository has no work tree to fix")
    applied = apply(plan.changes, repository.work_tree)
    for line in (*applied_lines(plan.changes, applied), *refused_lines(plan.refused)):
        tell(line)
    if command := to_add(plan.changes, applied):
        tell(f"new in the work tree: {command}")


def write_baseline(report: Report, project: Project, repository: Repository) -> int:
    """Make the present findings known; 2 when something could not be judged."""
    if repository.work_tree is None:
        raise UsageError(f"{repository.git_dir}: a bare repository has no work tree to write to")
    path = baseline_path(project)
    found = [one for one in report.found() if one.finding.code not in REMARKS]
    try:
        (repository.work_tree / path).write_text(written_baseline(found), encoding="utf-8")
    except OSError as error:
        raise DeployguardError(f"{path}: cannot be written: {error.strerror or error}") from error
    tell(f"{path}: {counted(len(found), 'finding')} known from now on; git add it")
    for service, reason in report.unknowns():
        tell(f"cannot tell: {reason}{f' [{service}]' if service else ''}")
    return 2 if report.unknowns() else 0
