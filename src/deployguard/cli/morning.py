"""`deployguard morning`: drift, health and reconcile in report mode; one page, one exit code."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from deployguard.cli.drifting import add_drift_arguments
from deployguard.cli.notifying import add_notify_arguments, tell_people
from deployguard.cli.output import show, tell, write_file
from deployguard.cli.trees import add_clone_argument, default_tree, project_of, repository_of
from deployguard.model.errors import DeployguardError
from deployguard.model.service import Project

if TYPE_CHECKING:
    from deployguard.cli.drifting import Taken
    from deployguard.cli.gatekeeping import Take
    from deployguard.model.health import HealthReport
    from deployguard.notify.message import Told
    from deployguard.pipeline.permission import Permission
    from deployguard.pipeline.reconcile import TrackerReport
    from deployguard.report.morning import Morning

_T = TypeVar("_T")
_DAYS = 7


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_drift_arguments(parser)
    add_clone_argument(parser)
    add_notify_arguments(parser)
    parser.add_argument("--html", metavar="FILE", help="also write the page to this file")
    parser.add_argument(
        "--output-format", choices=("text", "json", "html"), default="text", help="how to write it"
    )
    parser.add_argument(
        "--exit-zero",
        action="store_true",
        help="exit 0 where something is wrong; never where it cannot be told",
    )


def run(arguments: argparse.Namespace) -> int:
    """Return 2 where anything could not be told, 1 where anything is wrong, else 0."""
    from deployguard.report.morning import morning_html, morning_json, morning_line, morning_text

    project = project_of(arguments, default_tree(repository_of(arguments)))
    morning = _morning(arguments, project)
    if arguments.html is not None:
        write_file(arguments.html, morning_html(morning))
    shown = {"json": morning_json, "html": morning_html, "text": morning_text}[arguments.output_format]
    show(shown(morning))
    tell(morning_line(morning))
    tell_people(arguments, project, "morning", tuple(_told(morning)))
    return 0 if morning.code == 1 and arguments.exit_zero else morning.code


def _morning(arguments: argparse.Namespace, project: Project) -> Morning:
    """Ask each part; one that cannot be asked hides no other."""
    from deployguard.cli.drifting import exit_code as drift_code
    from deployguard.cli.drifting import taken_stock
    from deployguard.cli.reconciling import exit_code as reconcile_code
    from deployguard.report.morning import Morning

    failed: list[tuple[str, str]] = []

    def asked(name: str, ask: Callable[[], _T]) -> _T | None:
        try:
            return ask()
        except DeployguardError as error:
            failed.append((name, str(error)))
            return None

    def taken_before(_names: Sequence[str]) -> Taken:
        if taken is None:
            raise DeployguardError(dict(failed).get("drift", "no service is configured"))
        return taken

    taken = asked("drift", lambda: taken_stock(arguments)) if project.services else None
    drift = taken.report if taken else None
    health = asked("health", lambda: _health(arguments, project)) if project.tables.get("health") else None
    done = (
        asked("reconcile", lambda: _reconciled(arguments, taken_before))
        if project.tables.get("trackers")
        else None
    )
    trackers, permissions = done if done is not None else (None, ())
    codes = [
        drift_code(drift) if drift else 0,
        health.exit_code if health else 0,
        reconcile_code(trackers, permissions, fix=False) if trackers is not None else 0,
        2 if failed else 0,
    ]
    return Morning(datetime.now(UTC), max(codes), drift, health, trackers, permissions, tuple(failed))


def _health(arguments: argparse.Namespace, project: Project) -> HealthReport:
    from deployguard.cli.checkup import report_of

    own = argparse.Namespace(**vars(arguments), checks=[], database="", days=1, date=None)
    return report_of(own, default_tree(repository_of(arguments)), project, datetime.now(UTC))


def _reconciled(
    arguments: argparse.Namespace, take: Take
) -> tuple[tuple[TrackerReport, ...], tuple[Permission, ...]]:
    from deployguard.cli.reconciling import reconciled

    more = {
        "trackers": [],
        "days": _DAYS,
        "date": None,
        "fix": False,
        "trigger": False,
        "allow": [],
        "reason": "",
    }
    return reconciled(argparse.Namespace(**{**vars(arguments), **more}), take)


def _told(morning: Morning) -> Iterator[Told]:
    from deployguard.notify.message import Told
    from deployguard.notify.of_drift import told_of_drift
    from deployguard.notify.of_health import told_of_result

    yield from told_of_drift(morning.drift) if morning.drift else ()
    for result in morning.health.results if morning.health else ():
        yield told_of_result(result, f"data: {result.check}", result.reason)
    for report in morning.trackers or ():
        name, wrong = report.tracker.name, report.issues + report.unknown
        line = (
            f"{report.issues} of {len(report.days)} dates have an issue, {report.unknown} could not be told"
        )
        yield Told(
            f"documents: {name}",
            "wrong" if wrong else "fine",
            not wrong,
            line,
            f"deployguard reconcile {name}",
        )
    asked = dict(morning.failed)
    for part in ("drift", "health", "reconcile"):
        yield Told(
            f"asking for {part}",
            "unknown" if part in asked else "known",
            part not in asked,
            asked.get(part, ""),
        )
