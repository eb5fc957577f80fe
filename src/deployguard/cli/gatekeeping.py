"""The gate before a repair: what writes the documents must be what is written."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from deployguard.cli.drifting import Taken
from deployguard.cli.gate import record_passed
from deployguard.drift.gate import gate
from deployguard.model.drift import Verdict
from deployguard.model.errors import DeployguardError
from deployguard.pipeline.permission import Permission
from deployguard.pipeline.tracker import Tracker

Take = Callable[[Sequence[str]], Taken]
"""Takes the verdicts on the services of these names, at least."""


def permissions_for(
    arguments: argparse.Namespace, trackers: Sequence[Tracker], take: Take
) -> tuple[Permission, ...]:
    """Return for each tracker whether its documents may be repaired now.

    What a person lets pass is recorded here, before anything is done. Where no verdict could be taken at all,
    nothing is allowed, whatever a person says: there is nothing to say it of.

    Raises:
        DeployguardError: what is let pass could not be recorded.
    """
    names = tuple(dict.fromkeys(name for tracker in trackers for name in tracker.written_by))
    if not names:
        return tuple(map(_unasked, trackers))
    try:
        taken = take(names)
    except DeployguardError as error:
        return tuple(_blind(tracker, str(error)) for tracker in trackers)
    return tuple(_answered(arguments, tracker, taken) for tracker in trackers)


def _answered(arguments: argparse.Namespace, tracker: Tracker, taken: Taken) -> Permission:
    if not tracker.written_by:
        return _unasked(tracker)
    judged = gate(taken.report, tracker.written_by, frozenset(map(Verdict, arguments.allow)))
    if arguments.fix and judged.allowed and judged.passed:
        record_passed(taken, judged, arguments.reason, f"reconcile {tracker.name}")
    return Permission(
        tracker.name,
        allowed=judged.allowed,
        unknown=judged.unknown,
        reasons=judged.reasons,
        judged=judged.judged,
        passed=tuple(one.name for one in judged.passed),
    )


def _unasked(tracker: Tracker) -> Permission:
    return Permission(tracker.name, allowed=True, asked=False)


def _blind(tracker: Tracker, reason: str) -> Permission:
    if not tracker.written_by:
        return _unasked(tracker)
    return Permission(tracker.name, allowed=False, unknown=True, reasons=(reason,))
