"""Health, as people are told of it: a warning is shown to who looks, and told to nobody."""

from __future__ import annotations

from deployguard.model.health import HealthReport, Result, Verdict
from deployguard.notify.message import Told

_FINE = frozenset({Verdict.PASS, Verdict.NOT_DUE, Verdict.WARN})


def told_of_health(report: HealthReport) -> tuple[Told, ...]:
    """Return how each check stands, by its last day."""
    last = {result.check: result for result in report.results}
    return tuple(told_of_result(one, one.check, f"{one.date}: {one.reason}") for one in last.values())


def told_of_result(result: Result, subject: str, reason: str) -> Told:
    """Return one result under the name that people know it by."""
    return Told(subject, result.verdict.value, result.verdict in _FINE, reason)
