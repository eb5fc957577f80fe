"""What the rules over alert policies share: findings at the right line, filters, and what a service logs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from deployguard.config.faults import key_text
from deployguard.gcp.logfilter.parts import Filter, FilterError
from deployguard.gcp.logfilter.reading import parse
from deployguard.model.alert import Fault, Foreign, KeyPath, LogMatch, Metric, Written
from deployguard.model.finding import Finding, Severity

Known = dict[tuple[str, ...], str | None]
_FUNCTION, _SERVICE, _CONFIGURATION = (
    ("resource", "labels", name) for name in ("function_name", "service_name", "configuration_name")
)
NAME_LABELS = (_FUNCTION, _SERVICE, _CONFIGURATION)


class Watched(NamedTuple):
    """One condition that has a filter: its number, what it is, the filter as read, and what keeps it from being read."""

    number: int
    of: LogMatch | Metric | Foreign
    filter: Filter | None
    fault: FilterError | None = None


def watched(written: Written) -> Iterator[Watched]:
    """Yield the conditions of a policy that have a filter."""
    for number, condition in enumerate(written.policy.conditions):
        if condition.of.filter:
            try:
                yield Watched(number, condition.of, parse(condition.of.filter))
            except FilterError as fault:
                yield Watched(number, condition.of, None, fault)


def found(
    rule: tuple[str, Severity], written: Written, fault: Fault, advice: str, severity: Severity | None = None
) -> Finding:
    """Return the finding of a fault, at the line of its key."""
    named = key_text((*written.key, *fault.key))
    return Finding(
        code=rule[0],
        severity=severity or rule[1],
        subject=written.name,
        path=written.path,
        line=written.line(*fault.key),
        message=f"{named}: {fault.message}" if named else fault.message,
        advice=advice,
    )


def filter_key(written: Written, number: int) -> KeyPath:
    """Return the key of the filter of a condition, in the spelling of what is written."""
    if written.is_table:
        return ("filter",)
    below = [key for key in written.lines if key[:2] == ("conditions", number) and key[-1] == "filter"]
    return below[0] if below else ("conditions", number)


def as_run(service: str) -> Known:
    """Return what is known of each log entry and metric of a Cloud Run service, or second-generation function."""
    return {
        ("resource", "type"): "cloud_run_revision",
        _SERVICE: service,
        _CONFIGURATION: service,
        _FUNCTION: None,
    }


def as_first_generation(function: str) -> Known:
    """Return what would be known of those of a function of the first generation."""
    return {
        ("resource", "type"): "cloud_function",
        _FUNCTION: function,
        _SERVICE: None,
        _CONFIGURATION: None,
    }
