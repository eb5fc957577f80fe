"""What would be changed in the cloud, for people and for scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from deployguard.model.intent import Action, Intent, Outline
from deployguard.model.release import PlannedChange
from deployguard.report.printable import counted, printable

SCHEMA = 1
_MARKS = {Action.CREATE: "+", Action.UPDATE: "~", Action.DELETE: "-", Action.NONE: " "}


def outline_text(outline: Outline) -> str:
    """Write a block for each resource that would change, and a line for each that would not."""
    lines = [line for intent in outline.intents for line in _intent(intent)]
    lines += [f"! {printable(each)}" for each in outline.unsettled]
    lines += [f"  {printable(each)}" for each in outline.notes]
    return "".join(f"{line}\n" for line in lines)


def outline_line(outline: Outline) -> str:
    """Say in one line what it comes to: for standard error."""
    counts = Counter(intent.action for intent in outline.intents)
    parts = [
        f"{counts[Action.CREATE]} to create",
        f"{counts[Action.UPDATE]} to update",
        f"{counts[Action.DELETE]} to delete",
        f"{counts[Action.NONE]} as configured",
    ]
    blocked = sum(bool(intent.blockers) for intent in outline.intents)
    told = ", ".join(parts) + (f"; {blocked} blocked" if blocked else "")
    return f"{told}; {counted(outline.foreign, 'other')} left alone" if outline.foreign else told


def outline_json(outline: Outline, key: str) -> str:
    """Write one JSON object; its list of resources stands under `key`."""
    import json

    value = {
        "schema": SCHEMA,
        "project": outline.project,
        key: [_value(intent) for intent in outline.intents],
        "foreign": outline.foreign,
        "notes": list(outline.notes),
        "unsettled": list(outline.unsettled),
        "summary": {
            action.value: sum(intent.action is action for intent in outline.intents) for action in Action
        },
    }
    return json.dumps(value, indent=2, ensure_ascii=True) + "\n"


def outline_code(outline: Outline, *, exit_zero: bool = False) -> int:
    """Return 0 where all is as configured, 1 where something would change, is blocked, or is left to a person."""
    settled = not (outline.changing or outline.blocked or outline.unsettled)
    return 0 if settled or exit_zero else 1


def _value(intent: Intent) -> dict[str, object]:
    return {
        "kind": intent.kind,
        "name": intent.name,
        "action": intent.action.value,
        "id": intent.id,
        "changes": [
            {"what": change.what, "before": change.before, "after": change.after} for change in intent.changes
        ],
        "blockers": list(intent.blockers),
        "notes": list(intent.notes),
    }


def _intent(intent: Intent) -> Iterator[str]:
    where = f" {printable(intent.id)}" if intent.id and intent.action is not Action.NONE else ""
    done = "as configured" if intent.action is Action.NONE else intent.action.value
    yield f"{_MARKS[intent.action]} {intent.kind} {printable(intent.name)}: {done}{where}"
    for change in intent.changes:
        yield from _change(change)
    yield from (f"    ! {printable(each)}" for each in intent.blockers)
    yield from (f"    {printable(each)}" for each in intent.notes)


def _change(change: PlannedChange) -> Iterator[str]:
    """Write one line, or a small diff where a text has several."""
    what, before, after = printable(change.what), change.before.splitlines(), change.after.splitlines()
    if len(before) <= 1 and len(after) <= 1:
        yield (
            f"    {what}: " + (f"{_shown(change.before)} -> " if change.before else "") + _shown(change.after)
        )
        return
    yield f"    {what}:"
    yield from (f"      - {printable(line)}" for line in before if line not in after)
    yield from (f"      {' ' if line in before else '+'} {printable(line)}" for line in after)


def _shown(text: str) -> str:
    return printable(text) if text else "(none)"
