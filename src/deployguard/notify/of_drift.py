"""Drift, as people are told of it."""

from __future__ import annotations

from collections import Counter

from deployguard.model.drift import FRESH, DriftReport, Judged, Verdict
from deployguard.notify.message import Told

_UNSEEN = "what could not be seen"


def told_of_drift(report: DriftReport, *, strict: bool = False) -> tuple[Told, ...]:
    """Return how every service stands, in the order of the report.

    A service that is deployed and not configured is wrong only when `strict`. What could not be seen is one thing,
    because its reasons are worded anew each time.
    """
    names = Counter(each.name for each in report.services)
    services = tuple(_told(each, names[each.name] > 1, strict) for each in report.services)
    unseen = Told(_UNSEEN, "unknown", not report.blind, "; ".join(report.blind))
    return (unseen, *services) if report.blind else (*services, unseen)


def _told(one: Judged, ambiguous: bool, strict: bool) -> Told:
    subject = f"{one.name} ({one.region})" if ambiguous else one.name
    ok = one.verdict in FRESH or (one.verdict is Verdict.UNMANAGED and not strict)
    return Told(subject, str(one.verdict), ok, _line(one), one.fix)


def _line(one: Judged) -> str:
    """Name the newest commit where commits are the cause: services that it reached are then told of together."""
    if not one.commits:
        return one.reason
    newest, *older = one.commits
    authors = ", ".join(dict.fromkeys(each.author for each in one.commits))
    more = f" and {len(older)} more" if older else ""
    return f"{newest.sha[:10]} {newest.subject}{more}, by {authors}"
