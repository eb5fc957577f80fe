"""Results of health checks that are kept: where, and what those of many days come to."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from deployguard.cli.bucket import project_objects
from deployguard.cli.output import show, tell
from deployguard.cli.trees import default_tree, project_of, repository_of
from deployguard.journal.folder import FolderObjects
from deployguard.journal.objects import Objects
from deployguard.model.errors import UsageError
from deployguard.model.service import Project
from deployguard.pipeline.health.history import read_history


def history_of(arguments: argparse.Namespace, project: Project) -> Objects | None:
    """Return where results are to be kept, None where that was not asked for.

    Raises:
        UsageError: the bucket is asked for, and none is configured.
    """
    return _place(arguments, project) if arguments.record or arguments.history is not None else None


def shown_trends(arguments: argparse.Namespace) -> int:
    """Show what the kept results come to; 0 wherever they could be read.

    Raises:
        UsageError: an option asks for more, or `--since` is no day that has come.
        CloudError: the results cannot be read.
    """
    from deployguard.report.health_trends import trends_json, trends_text

    _refuse_with_since(arguments)
    project = project_of(arguments, default_tree(repository_of(arguments)))
    today = datetime.now(UTC).date()
    since = _since_date(arguments.since, today)
    if since > today:
        raise UsageError(f"--since {arguments.since}: this day has not come")
    history = read_history(_place(arguments, project), since)
    if arguments.checks:
        kept = tuple(one for one in history.results if one.check in arguments.checks)
        history = replace(history, results=kept)
    show((trends_json if arguments.output_format == "json" else trends_text)(history, today))
    if not history.results:
        tell("deployguard: no result is kept since then; `deployguard health --record` keeps one each time")
    return 0


def _place(arguments: argparse.Namespace, project: Project) -> Objects:
    if arguments.history is not None:
        return FolderObjects(arguments.history)
    return project_objects(project, " to keep results in; name one, or a folder with --history")


def _refuse_with_since(arguments: argparse.Namespace) -> None:
    given = {"--date": arguments.date, "--record": arguments.record, "--database": arguments.database}
    for option, value in given.items():
        if value:
            raise UsageError(f"--since shows what was kept and asks nothing; leave out {option}")
    if arguments.days != 1:
        raise UsageError("--since shows what was kept and asks nothing; leave out --days")
    if arguments.output_format == "html":
        raise UsageError("--since is shown as text or json")


def _since_date(text: str, today: date) -> date:
    try:
        if text.endswith("d") and text[:-1].isdigit():
            return today - timedelta(days=int(text[:-1]))
        return date.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"--since {text}: give a number of days such as 30d, or a day such as 2026-01-01"
        ) from error
