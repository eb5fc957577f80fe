"""A plan as a person reads it before saying yes."""

from __future__ import annotations

from collections.abc import Iterator

from deployguard.model.release import Blocker, Plan, PlannedChange, ServicePlan
from deployguard.report.printable import counted, printable

_SIGNS = {"create": "+", "update": "~", "none": "=", "unknown": "?"}


def plan_text(plan: Plan) -> str:
    """Return the plan, service by service, with what keeps each from being shipped.

    A stamp is what another tool wrote, and may hold anything: no line of it moves a terminal's cursor.
    """
    lines = [line for service in plan.services for line in (*_service(service), "")]
    lines += [f"note: {note}" for note in plan.notes]
    return "\n".join(map(printable, lines)).rstrip("\n") + "\n"


def plan_summary(plan: Plan) -> str:
    """Return one line: how many would be created, updated, left alone, and are blocked."""
    by_action = {action: sum(1 for each in plan.services if each.action == action) for action in _SIGNS}
    blocked = sum(1 for each in plan.services if each.blocked)
    words = f"{by_action['create']} to create, {by_action['update']} to update, {by_action['none']} unchanged"
    words += f", {by_action['unknown']} not told" if by_action["unknown"] else ""
    return f"{words}; {counted(blocked, 'service')} blocked" if blocked else words


def _service(service: ServicePlan) -> Iterator[str]:
    does = {
        "create": "will be created",
        "update": "will be updated",
        "none": "is unchanged",
        "unknown": "could not be asked",
    }[service.action]
    what = ", ".join(filter(None, (service.kind, service.region)))
    yield f"{_SIGNS[service.action]} {service.name} ({what}) {does}"
    if service.serving is not None:
        at = f" at {service.serving.commit[:12]}" if service.serving.commit else ", unstamped"
        yield f"    serves {service.serving.revision}{at}; ships {service.commit[:12]}"
    if service.older:
        yield f"    OLDER: {service.commit[:12]} is an ancestor of what serves"
    yield from (f"    {_change(change)}" for change in service.changes)
    if service.commits:
        yield f"    {counted(len(service.commits), 'commit')} of {service.behind} since then matter:"
    for commit in service.commits:
        yield f"      {commit.sha[:12]} {commit.author}: {commit.subject}"
        yield f"        by {', '.join(commit.via)}"
    yield from (f"    note: {note}" for note in service.notes)
    yield from (line for blocker in service.blockers for line in _blocker(blocker))


def _change(change: PlannedChange) -> str:
    return (
        f"{change.what}: {change.before} -> {change.after}"
        if change.before
        else f"{change.what}: {change.after}"
    )


def _blocker(blocker: Blocker) -> Iterator[str]:
    word = "allowed" if blocker.allowed else "cannot tell" if blocker.unknown else "blocked"
    yield f"    {word} [{blocker.name}]: {blocker.message}"
    if blocker.fix and not blocker.allowed:
        yield f"      fix: {blocker.fix}"
