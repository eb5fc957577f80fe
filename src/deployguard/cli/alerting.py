"""The actions of `deployguard alerts` that ask Google Cloud."""

from __future__ import annotations

import argparse

from deployguard.alerts.apply import Done, apply_alerts, read_existing
from deployguard.alerts.plan import plan_alerts
from deployguard.cli.output import show, tell
from deployguard.cli.progress import Progress
from deployguard.gcp.connection import Connection, connect
from deployguard.gcp.monitoring import Monitoring
from deployguard.model.alert import Written
from deployguard.model.errors import UsageError
from deployguard.model.intent import Action, Outline
from deployguard.model.service import Project
from deployguard.report.outline import outline_code, outline_json, outline_line, outline_text
from deployguard.report.printable import printable

_PAST = {Action.CREATE: "created", Action.UPDATE: "updated", Action.DELETE: "deleted"}


def run(arguments: argparse.Namespace, project: Project, written: tuple[Written, ...]) -> int:
    """Do one of the actions: `plan`, `apply`, `list`, `test`."""
    match arguments.action:
        case "list":
            from deployguard.cli.alerts_list import list_alerts

            return list_alerts(arguments, project)
        case "test":
            from deployguard.cli.alerts_test import try_alerts

            return try_alerts(arguments, project, written)
        case _:
            return _plan_or_apply(arguments, connect(project), written)


def chosen_alerts(names: list[str], written: tuple[Written, ...]) -> tuple[Written, ...]:
    """Return the named alerts, or all.

    Raises:
        UsageError: a name is not configured; the nearest one is proposed.
    """
    known = {one.name: one for one in written}
    for name in names:
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {len(known)}"
            raise UsageError(f"{name}: no alert of this name is configured; {hint}")
    return tuple(known[name] for name in dict.fromkeys(names)) if names else written


def _plan_or_apply(
    arguments: argparse.Namespace, connection: Connection, written: tuple[Written, ...]
) -> int:
    monitoring = Monitoring(connection)
    outline = _outline(arguments, monitoring, connection.project, written)
    if arguments.action == "plan" or outline.blocked:
        _show(arguments, outline)
        if outline.blocked and arguments.action == "apply":
            tell("deployguard: refused: nothing was changed; mend what is marked with ! first")
            return 1
        return outline_code(outline, exit_zero=arguments.exit_zero)
    return _apply(arguments, monitoring, connection.project, written, outline)


def _outline(
    arguments: argparse.Namespace, monitoring: Monitoring, project: str, written: tuple[Written, ...]
) -> Outline:
    wanted = chosen_alerts(arguments.names, written)
    existing = read_existing(monitoring, project)
    return plan_alerts(wanted, existing, whole=not arguments.names, prune=arguments.prune)


def _apply(
    arguments: argparse.Namespace,
    monitoring: Monitoring,
    project: str,
    written: tuple[Written, ...],
    outline: Outline,
) -> int:
    """Apply, then read back: what is not as it was asked for is said."""
    existing = read_existing(monitoring, project)
    with Progress("applying", len(outline.changing)) as progress:
        done = apply_alerts(monitoring, outline, {one.name: one for one in written}, existing, progress.step)
    failures = [one for one in done if one.failure]
    for one in done:
        _tell(one)
    after = _outline(arguments, monitoring, project, written)
    if arguments.output_format == "json":
        show(outline_json(outline, "policies"))
    else:
        show(outline_text(outline))
    tell(outline_line(after))
    if failures:
        return 2
    if after.changing:
        tell("deployguard: read back, and not as it was asked for:")
        tell(outline_text(after).rstrip("\n"))
        return 1
    return outline_code(after, exit_zero=False)


def _tell(done: Done) -> None:
    name = printable(done.intent.name)
    if done.failure:
        tell(f"deployguard: {name}: {printable(done.failure)}")
    else:
        note = f" ({printable(done.note)})" if done.note else ""
        tell(f"{_PAST[done.intent.action]} {name}: {printable(done.id)}{note}")


def _show(arguments: argparse.Namespace, outline: Outline) -> None:
    show(outline_json(outline, "policies") if arguments.output_format == "json" else outline_text(outline))
    tell(outline_line(outline))
