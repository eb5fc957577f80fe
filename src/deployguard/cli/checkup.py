"""What a health check is made with: databases, files of the tree, and trackers."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from deployguard.cli.progress import Progress
from deployguard.cli.trees import repository_of
from deployguard.gcp.connection import connect
from deployguard.model.errors import UsageError
from deployguard.model.extras import lacks
from deployguard.model.health import HealthReport, Verdict
from deployguard.model.service import Project
from deployguard.pipeline.expected_days import Files, files_of
from deployguard.pipeline.health.database import Database, Unanswered
from deployguard.pipeline.health.question import Answer, Completion
from deployguard.pipeline.health.run import Surroundings, run_checks
from deployguard.pipeline.health.settings import BIGQUERY, chosen, health_checks
from deployguard.source.tree import SourceTree


def report_of(
    arguments: argparse.Namespace, tree: SourceTree, project: Project, now: datetime
) -> HealthReport:
    """Ask the chosen checks.

    Raises:
        UsageError: there is no such check, none at all, or the extra is missing.
        ConfigurationError: a check cannot be used as it is configured.
    """
    checks = chosen(health_checks(project, arguments.database), tuple(arguments.checks))
    if not checks:
        raise UsageError(f"{project.path}: no health check is configured; add a table [health.NAME]")
    if any(check.kind != "completion" for check in checks):
        _need_ibis()
    with Progress("checking", len(checks) * arguments.days) as progress:
        surroundings = Surroundings(
            _opening(project, Path(arguments.directory), given=bool(arguments.database)),
            files_of(tree),
            _completion(project, repository_of(arguments).folder, files_of(tree)),
            progress.step,
        )
        return run_checks(checks, surroundings, now, arguments.date, arguments.days)


def _opening(project: Project, folder: Path, *, given: bool) -> Callable[[str], Database]:
    """Return how to open a database; a configured file lies in the repository, one of the command line anywhere."""

    def opened(name: str) -> Database:
        if name == BIGQUERY:
            return _on_bigquery(project)
        from deployguard.pipeline.health.duckdb_file import DuckdbFile

        path = Path(name.removeprefix("duckdb://"))
        return DuckdbFile(path if given else folder / path)

    return opened


def _completion(project: Project, folder: Path, files: Files) -> Completion:
    """Return how to ask for the document of one tracker and day, as `deployguard reconcile` judges it."""

    def asked(name: str, day: date) -> Answer:
        from deployguard.pipeline.dates import today_in
        from deployguard.pipeline.expected_days import not_due
        from deployguard.pipeline.judging import Kind
        from deployguard.pipeline.opening import open_store
        from deployguard.pipeline.reconcile import examine
        from deployguard.pipeline.tracker import trackers_of

        (tracker,) = trackers_of(project, (name,))
        store = open_store(tracker, folder, lambda: connect(project))
        due = not_due(tracker, files)
        (found,) = examine(tracker, store, (day,), lambda: datetime.now(UTC), due).days
        if found.error:
            raise Unanswered(found.error)
        notes = {finding.kind: finding.text for finding in found.findings if not finding.is_issue}
        if Kind.NOT_DUE in notes:
            return Answer(Verdict.NOT_DUE, notes[Kind.NOT_DUE])
        issues = [finding.text for finding in found.findings if finding.is_issue]
        # To a repair an incomplete day is a note, since there is nothing to mend; here it is what was asked.
        if not issues and Kind.INCOMPLETE in notes:
            if day >= today_in(tracker.zone, datetime.now(UTC)):
                return Answer(Verdict.NOT_DUE, f"{notes[Kind.INCOMPLETE]}; the day is not over")
            issues = [notes[Kind.INCOMPLETE]]
        reason = " + ".join(issues) or "the document is whole"
        return Answer(Verdict.FAIL if issues else Verdict.PASS, reason, (("issues", len(issues)),))

    return asked


def _on_bigquery(project: Project) -> Database:
    from deployguard.gcp.bigquery import BigQuery
    from deployguard.pipeline.health.on_bigquery import OnBigQuery

    return OnBigQuery(BigQuery(connect(project)))


def _need_ibis() -> None:
    try:
        import ibis  # noqa: F401 - only to say early that it is missing
    except ImportError as problem:
        raise UsageError(lacks(problem, "a health check of data", "data")) from problem
