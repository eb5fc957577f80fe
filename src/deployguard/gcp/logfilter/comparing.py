"""What a comparison asks of a value: by severity, time, number, text or pattern."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from deployguard.gcp.logfilter.parts import Comparison, FilterError
from deployguard.model.log_severities import SEVERITIES


def compared(way: tuple[str, ...], operator: str, wanted: str) -> Comparison:
    """Return the comparison of a field with a value.

    Raises:
        FilterError: the value is of no form that the field or the operator takes.
    """
    test = _pattern(wanted) if operator in {"=~", "!~"} else _matcher(way, operator, wanted)
    return Comparison(way, operator, wanted, test)


def moment_of(text: str) -> datetime:
    """Read a timestamp; one without an offset is taken for UTC.

    Raises:
        FilterError: it is none.
    """
    # Python's own reader takes at most microseconds
    short = re.sub(r"(\.\d{6})\d+", r"\1", text.replace("Z", "+00:00"))
    try:
        moment = datetime.fromisoformat(short)
    except ValueError as problem:
        raise FilterError(f"Unparseable filter: {text!r} is no timestamp") from problem
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _pattern(wanted: str) -> Callable[[Any], bool]:
    try:
        pattern = re.compile(wanted)
    except re.error as problem:
        said = f"Unparseable filter: {wanted!r} is no regular expression: {problem}"
        raise FilterError(said, certain=False) from problem
    return lambda held: pattern.search(str(held)) is not None


def _whole(wanted: str) -> Callable[[Any], bool]:
    return _pattern(f"^(?:{wanted})$")


# cloud.google.com/monitoring/api/v3/filters, "Comparisons"
VALUE_TESTS: Mapping[str, Callable[[str], Callable[[Any], bool]]] = {
    "starts_with": lambda wanted: lambda held: str(held).startswith(wanted),
    "ends_with": lambda wanted: lambda held: str(held).endswith(wanted),
    "has_substring": lambda wanted: lambda held: wanted in str(held),
    "one_of": lambda wanted: lambda held: str(held) == wanted,
    "monitoring.regex.full_match": _whole,
}


def _matcher(way: tuple[str, ...], operator: str, wanted: str) -> Callable[[Any], bool]:
    if way == ("severity",):
        if wanted.upper() not in SEVERITIES and not wanted.isdigit():
            raise FilterError(f"Unparseable filter: {wanted!r} is no severity")
        rank = SEVERITIES.get(wanted.upper(), int(wanted) if wanted.isdigit() else 0)
        return lambda held: _ordered(SEVERITIES.get(str(held), 0), operator, rank)
    if way[-1].lower().endswith("timestamp"):
        moment = moment_of(wanted)
        return lambda held: _later(held, operator, moment)
    if operator == ":":
        return lambda held: wanted == "*" or wanted.lower() in str(held).lower()
    if operator in {"=", "!="}:
        return lambda held: (
            str(held).lower() == wanted.lower() if isinstance(held, bool) else str(held) == wanted
        )
    return lambda held: _numbers(held, operator, wanted)


def _later(held: Any, operator: str, wanted: datetime) -> bool:
    try:
        return _ordered(moment_of(str(held)), operator, wanted)
    except FilterError:  # a field of that name in somebody's own JSON
        return False


def _numbers(held: Any, operator: str, wanted: str) -> bool:
    try:
        return _ordered(float(held), operator, float(wanted))
    except (TypeError, ValueError):
        return _ordered(str(held), operator, wanted)


def _ordered(held: Any, operator: str, wanted: Any) -> bool:
    match operator:
        case "<":
            return bool(held < wanted)
        case "<=":
            return bool(held <= wanted)
        case ">":
            return bool(held > wanted)
        case ">=":
            return bool(held >= wanted)
        case _:
            return bool(held == wanted)
