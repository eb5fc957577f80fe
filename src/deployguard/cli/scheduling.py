"""The part of `deployguard schedule` that asks Google Cloud."""

from __future__ import annotations

import argparse

from deployguard.alerts.wanted import alert_label
from deployguard.gcp.connection import Connection, connect
from deployguard.gcp.jobs import Jobs
from deployguard.gcp.scheduler import Clocks
from deployguard.model.errors import CloudError
from deployguard.model.intent import Action, Intent, Outline
from deployguard.model.schedule import Clock
from deployguard.model.service import Project
from deployguard.report.outline import outline_code, outline_json, outline_line, outline_text
from deployguard.report.printable import printable
from deployguard.schedule.plan import JOB, plan_schedules
from deployguard.schedule.wanted import Wanted

_PAST = {Action.CREATE: "created", Action.UPDATE: "updated"}


def plan_or_apply(
    arguments: argparse.Namespace, project: Project, wanted: tuple[Wanted, ...]
) -> tuple[int, str, list[str]]:
    """Return the exit code, what goes to standard output, and the lines for standard error."""
    connection = connect(project)
    outline, clocks = _outline(connection, wanted)
    text = outline_json(outline, "schedules") if arguments.output_format == "json" else outline_text(outline)
    if arguments.output_format == "text":
        text += _inventory(clocks)
    if arguments.action == "plan":
        return outline_code(outline, exit_zero=arguments.exit_zero), text, [outline_line(outline)]
    if outline.blocked:
        return 1, text, ["deployguard: refused: nothing was changed; mend what is marked with ! first"]
    code, lines = _apply(connection, wanted, outline)
    return code, text, lines


def _outline(
    connection: Connection, wanted: tuple[Wanted, ...]
) -> tuple[Outline, dict[str, tuple[Clock, ...]]]:
    regions = sorted({one.region for one in wanted if one.region})
    clocks = {region: Clocks(connection, region).list() for region in regions}
    jobs = {
        (one.region, one.job.name): Jobs(connection, one.region).get(one.job.name)
        for one in wanted
        if one.region
    }
    return plan_schedules(connection.project, wanted, jobs, clocks), clocks


def _apply(connection: Connection, wanted: tuple[Wanted, ...], outline: Outline) -> tuple[int, list[str]]:
    """Do what is planned, a job before its clock, and read back."""
    named = {one.name: one for one in wanted}
    lines, failed = [], False
    for intent in outline.changing:
        try:
            _do(connection, intent, named[intent.name])
            lines.append(f"{_PAST[intent.action]} {intent.kind} {printable(intent.id)}")
        except CloudError as error:
            failed = True
            lines.append(f"deployguard: {printable(intent.name)}: {printable(str(error))}")
    after, _ = _outline(connection, wanted)
    lines.append(outline_line(after))
    return 2 if failed else outline_code(after), lines


def _do(connection: Connection, intent: Intent, one: Wanted) -> None:
    if intent.kind == JOB:
        Jobs(connection, one.region).put(one.job, alert_label(one.name))
    elif intent.action is Action.CREATE:
        Clocks(connection, one.region).create(one.clock)
    else:
        Clocks(connection, one.region).update(one.clock)


def _inventory(clocks: dict[str, tuple[Clock, ...]]) -> str:
    """List what Cloud Scheduler holds already in the regions that were asked."""
    lines = []
    for region, held in clocks.items():
        lines.append(
            f"Cloud Scheduler in {region}: {len(held) or 'no'} {'job' if len(held) == 1 else 'jobs'}"
        )
        lines += [
            f"    {printable(each.name)}: {printable(each.cron)} ({printable(each.timezone)}), "
            f"{each.state.lower()}, {printable(each.target)}"
            for each in held
        ]
    return "".join(f"{line}\n" for line in lines)
