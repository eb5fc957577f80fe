"""From a command line to reports: trackers, their stores, the gate, the repair."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache, partial

from deployguard.cli.drifting import taken_stock
from deployguard.cli.gatekeeping import Take, permissions_for
from deployguard.cli.trees import default_tree, project_of, repository_of
from deployguard.gcp.connection import Connection, connect
from deployguard.model.errors import UsageError
from deployguard.model.extras import lacks
from deployguard.pipeline.dates import days_until, today_in
from deployguard.pipeline.expected_days import Files, files_of, not_due
from deployguard.pipeline.opening import FIRESTORE, open_store
from deployguard.pipeline.permission import Permission
from deployguard.pipeline.reconcile import TrackerReport, examine, repair
from deployguard.pipeline.store import Store
from deployguard.pipeline.tracker import NextPhase, Tracker, trackers_of
from deployguard.pipeline.trigger import Publish

_DAYS = 7


def reconciled(
    arguments: argparse.Namespace, take: Take | None = None
) -> tuple[tuple[TrackerReport, ...], tuple[Permission, ...]]:
    """Judge the chosen trackers, and repair them where that was asked for and the gate allows it.

    `take` gives the verdicts that the gate looks at; by default they are taken here, where a tracker needs them.
    All are judged before any is repaired: a tracker that is configured wrongly stops the command while nothing is done.

    Raises:
        DeployguardError: bad usage or configuration, or an override that could not be recorded.
    """
    repository = repository_of(arguments)
    tree = default_tree(repository)
    project, files = project_of(arguments, tree), files_of(tree)
    trackers = trackers_of(project, arguments.trackers)
    connection = cache(lambda: connect(project))
    try:
        _refuse_half_a_rehearsal(arguments, trackers, os.environ)
        stores = [open_store(tracker, repository.folder, connection) for tracker in trackers]
        reports = [
            examine(tracker, store, _dates(arguments, tracker), _now, not_due(tracker, files))
            for tracker, store in zip(trackers, stores, strict=True)
        ]
        permissions = permissions_for(arguments, trackers, take or partial(taken_stock, arguments))
        if arguments.fix:
            publish = _publisher(connection) if arguments.trigger else None
            reports = list(map(_repairer(publish, files), reports, stores, permissions))
    except ImportError as problem:
        raise UsageError(
            lacks(problem, "a tracker in Firestore, its messages or its gate", "gcp")
        ) from problem
    return tuple(reports), permissions


def exit_code(reports: Sequence[TrackerReport], permissions: Sequence[Permission], *, fix: bool) -> int:
    """Return 2 where something could not be told, 1 where something is wrong or was refused, else 0."""
    barred = [each for each in permissions if fix and not each.allowed]
    if any(report.unknown for report in reports) or any(each.unknown for each in barred):
        return 2
    return int(bool(barred) or any(report.issues for report in reports))


def _repairer(
    publish: Publish | None, files: Files
) -> Callable[[TrackerReport, Store, Permission], TrackerReport]:
    def repaired(report: TrackerReport, store: Store, permission: Permission) -> TrackerReport:
        if not permission.allowed:
            return replace(report, refused="; ".join(permission.reasons))
        return repair(report, store, _now, publish, not_due(report.tracker, files))

    return repaired


def _dates(arguments: argparse.Namespace, tracker: Tracker) -> tuple[date, ...]:
    last: date = arguments.date or today_in(tracker.zone, _now())
    try:
        return days_until(last, arguments.days or (1 if arguments.date else _DAYS))
    except OverflowError as error:
        raise UsageError(f"{last}: there are no dates so long before it") from error


def _publisher(connection: Callable[[], Connection]) -> Publish:
    from deployguard.gcp.publishing import publish

    def published(following: NextPhase, data: bytes, attributes: Mapping[str, str]) -> str:
        return publish(connection(), following.topic, data, attributes)

    return published


def _refuse_half_a_rehearsal(
    arguments: argparse.Namespace, trackers: Sequence[Tracker], environment: Mapping[str, str]
) -> None:
    """Refuse to start the real next phase from documents of an emulator, or the other way round.

    Raises:
        UsageError: one of the two emulators is set, and the other is not.
    """
    names = ("FIRESTORE_EMULATOR_HOST", "PUBSUB_EMULATOR_HOST")
    given = [name for name in names if environment.get(name)]
    if arguments.trigger and len(given) == 1 and any(tracker.store == FIRESTORE for tracker in trackers):
        raise UsageError(
            f"{given[0]} is set and {names[1 - names.index(given[0])]} is not: "
            "documents and messages would be of two different worlds"
        )


def _now() -> datetime:
    return datetime.now(UTC)
