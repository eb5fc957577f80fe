"""The gate before a repair: what writes the documents must be what is written."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from deployguard.cli.drifting import Stock, Wanted, report_of, taking_stock
from deployguard.cli.gate import record_passed
from deployguard.drift.gate import gate
from deployguard.model.drift import DriftReport, Verdict
from deployguard.model.errors import DeployguardError
from deployguard.pipeline.permission import Permission
from deployguard.pipeline.tracker import Tracker


def permissions_for(arguments: argparse.Namespace, trackers: Sequence[Tracker]) -> tuple[Permission, ...]:
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
        stock, report = _taken(arguments, names)
    except DeployguardError as error:
        return tuple(_blind(tracker, str(error)) for tracker in trackers)
    return tuple(_answered(arguments, tracker, stock, report) for tracker in trackers)


def _taken(arguments: argparse.Namespace, names: tuple[str, ...]) -> tuple[Stock, DriftReport]:
    with taking_stock(arguments) as stock:
        return stock, report_of(stock, Wanted(names))


def _answered(
    arguments: argparse.Namespace, tracker: Tracker, stock: Stock, report: DriftReport
) -> Permission:
    if not tracker.written_by:
        return _unasked(tracker)
    judged = gate(report, tracker.written_by, frozenset(map(Verdict, arguments.allow)))
    if arguments.fix and judged.allowed and judged.passed:
        record_passed(stock, judged, report, arguments.reason, f"reconcile {tracker.name}")
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
