"""`deployguard health`: whether the data of a day is there, whole, and in time."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deployguard.cli.days import day, number_of_days
from deployguard.cli.notifying import add_notify_arguments, tell_people
from deployguard.cli.output import show, tell
from deployguard.cli.trees import add_repository_arguments, default_tree, project_of, repository_of
from deployguard.model.errors import UsageError
from deployguard.model.health import HealthReport


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("checks", nargs="*", metavar="CHECK", help="the checks to make (default: all)")
    add_repository_arguments(parser)
    parser.add_argument(
        "--date",
        type=day,
        metavar="D",
        help="the day to judge, as 2026-02-01 (default: yesterday in each check's time zone)",
    )
    parser.add_argument(
        "--days",
        type=number_of_days,
        default=1,
        metavar="N",
        help="judge the N days up to that day (default: 1)",
    )
    parser.add_argument(
        "--database",
        default="",
        metavar="FILE",
        help="ask this DuckDB file, or `bigquery`, whatever the configuration says",
    )
    parser.add_argument(
        "--history", type=Path, metavar="FOLDER", help="keep the results in this folder, and read them there"
    )
    parser.add_argument(
        "--record", action="store_true", help="keep the results in the bucket of the configuration"
    )
    parser.add_argument(
        "--since",
        metavar="AGE",
        help="ask nothing; show what the kept results come to since then, as 30d or 2026-01-01",
    )
    parser.add_argument(
        "--output-format", choices=("text", "json", "html"), default="text", help="how to write it"
    )
    add_notify_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Judge the days and return 0, 1 where a check fails, 2 where one could not be told."""
    from deployguard.cli.checkup import report_of
    from deployguard.cli.health_history import history_of, shown_trends
    from deployguard.notify.of_health import told_of_health

    if arguments.since is not None:
        return shown_trends(arguments)
    now = datetime.now(UTC)
    if arguments.date and arguments.date > (now + timedelta(hours=14)).date():
        raise UsageError(f"--date {arguments.date}: this day has not begun anywhere")
    tree = default_tree(repository_of(arguments))
    project = project_of(arguments, tree)
    kept_in = history_of(arguments, project)
    report = report_of(arguments, tree, project, now)
    _show(arguments.output_format, report)
    if kept_in is not None:
        from deployguard.pipeline.health.history import keep

        tell(f"kept as {keep(kept_in, report)}")
    tell_people(arguments, project, "health", told_of_health(report), complete=not arguments.checks)
    return report.exit_code


def _show(form: str, report: HealthReport) -> None:
    from deployguard.report.health import health_json, health_summary, health_text

    match form:
        case "json":
            show(health_json(report))
        case "html":
            from deployguard.report.health_page import health_html

            show(health_html(report))
        case _:
            show(health_text(report))
    tell(health_summary(report))
