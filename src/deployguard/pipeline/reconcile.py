"""A tracker's dates: judged, repaired where that was asked for, read back and judged again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from deployguard.model.document import Reading, Unreadable
from deployguard.model.errors import CloudError
from deployguard.pipeline.expected_days import NotDue
from deployguard.pipeline.health.database import Unanswered
from deployguard.pipeline.judging import COUNTS, Finding, Kind, judge
from deployguard.pipeline.repair import Clock, mend_count
from deployguard.pipeline.store import Store
from deployguard.pipeline.tracker import Tracker
from deployguard.pipeline.trigger import Publish, trigger_next


@dataclass(frozen=True, slots=True)
class Day:
    """One date. `findings` hold now; `before` held before a repair, and `done` says what the repair did.

    `error` says why the date could not be judged, or why its repair may or may not have happened: it is never well.
    """

    date: date
    findings: tuple[Finding, ...] = ()
    before: tuple[Finding, ...] = ()
    done: tuple[str, ...] = ()
    error: str = ""

    @property
    def has_issue(self) -> bool:
        return any(finding.is_issue for finding in self.findings)


@dataclass(frozen=True, slots=True)
class TrackerReport:
    """What was found, the oldest date first; `refused` says why nothing was repaired although that was asked for."""

    tracker: Tracker
    days: tuple[Day, ...]
    refused: str = ""

    @property
    def issues(self) -> int:
        """How many dates have one."""
        return sum(day.has_issue for day in self.days)

    @property
    def unknown(self) -> int:
        """How many dates could not be told."""
        return sum(bool(day.error) for day in self.days)


def always_due(_: date) -> str:
    """Expect a document on every day."""
    return ""


def examine(
    tracker: Tracker, store: Store, dates: Sequence[date], clock: Clock, not_due: NotDue = always_due
) -> TrackerReport:
    """Judge each date; where the store does not answer, no date is judged and each says why.

    `not_due` is asked of dates without a document only: one that is there is judged, whatever the day.

    Raises:
        UsageError: the configuration names a place that is not there.
    """
    try:
        found = store.read([day.isoformat() for day in dates])
    except CloudError as error:
        return TrackerReport(tracker, tuple(Day(day, error=str(error)) for day in dates))
    return TrackerReport(
        tracker, tuple(_judged(tracker, day, found[day.isoformat()], clock, not_due) for day in dates)
    )


def repair(
    report: TrackerReport,
    store: Store,
    clock: Clock,
    publish: Publish | None = None,
    not_due: NotDue = always_due,
) -> TrackerReport:
    """Mend what can be mended, then read everything back; without `publish` nothing is triggered.

    After the store or Pub/Sub refused once, no more is tried: a date that was not reached keeps its findings.
    """
    mended: list[Day] = []
    stopped = False
    for day in report.days:
        after = day if stopped or day.error else _repaired(report.tracker, day, store, clock, publish)
        stopped = stopped or after.error != day.error
        mended.append(after)
    back = examine(report.tracker, store, [day.date for day in mended], clock, not_due)
    return replace(back, days=tuple(map(_joined, report.days, mended, back.days)))


def _judged(tracker: Tracker, day: date, reading: Reading, clock: Clock, not_due: NotDue) -> Day:
    if isinstance(reading, Unreadable):
        return Day(day, error=reading.reason)
    if reading is None:
        try:
            why = not_due(day)
        except Unanswered as error:
            return Day(day, error=str(error))
        if why:
            return Day(day, (Finding(Kind.NOT_DUE, f"no document; {why}"),))
    return Day(day, judge(tracker, day, reading, clock()))


def _repaired(tracker: Tracker, day: Day, store: Store, clock: Clock, publish: Publish | None) -> Day:
    kinds = {finding.kind for finding in day.findings}
    steps: list[Callable[[], str]] = []
    if kinds & COUNTS:
        steps.append(lambda: mend_count(store, tracker, day.date, clock))
    if publish is not None and Kind.NOT_TRIGGERED in kinds:
        steps.append(lambda: trigger_next(store, tracker, day.date, publish, clock))
    done: list[str] = []
    try:
        for step in steps:
            done.append(step())
    except CloudError as error:
        return replace(day, done=tuple(filter(None, done)), error=str(error))
    return replace(day, done=tuple(filter(None, done)))


def _joined(before: Day, mended: Day, back: Day) -> Day:
    return replace(back, before=before.findings, done=mended.done, error=mended.error or back.error)
