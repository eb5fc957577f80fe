"""Changes that were made or left to a person, a line each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from deployguard.fixes.apply import Applied, Outcome
from deployguard.fixes.change import Change, Refused
from deployguard.model.entry import LINK
from deployguard.report.commands import quoted
from deployguard.report.printable import printable


def applied_lines(changes: Iterable[Change], applied: Iterable[Applied]) -> Iterator[str]:
    """Say what became of each change."""
    planned = {change.path: change for change in changes}
    for one in applied:
        match one.outcome:
            case Outcome.DONE:
                yield f"fixed {_done(planned[one.path])}"
            case Outcome.ALREADY:
                yield f"already so: {printable(one.path)}"
            case Outcome.REFUSED:
                yield f"left alone {printable(one.path)}: {printable(one.reason)}"


def refused_lines(refused: Iterable[Refused]) -> Iterator[str]:
    """Yield a line for each change that was not made, with why."""
    return (f"left alone {printable(one.path)}: {printable(one.reason)}" for one in refused)


def to_add(changes: Iterable[Change], applied: Iterable[Applied]) -> str:
    """Return the command that brings new paths into git; empty when there are none."""
    new = {change.path for change in changes if change.old_mode is None}
    paths = [quoted(one.path) for one in applied if one.path in new and one.outcome is not Outcome.REFUSED]
    return f"git add -- {' '.join(paths)}" if paths else ""


def _done(change: Change) -> str:
    if change.mode == LINK:
        return f"{printable(change.path)}: a link to {printable(os.fsdecode(change.after))}"
    before = (change.before or b"").splitlines()
    fresh = [line for line in change.after.splitlines() if line not in before]
    shown = "; ".join(printable(line.decode("utf-8", "backslashreplace").strip()) for line in fresh)
    return f"{printable(change.path)}: {shown}" if shown else printable(change.path)
