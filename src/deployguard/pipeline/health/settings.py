"""The tables `[health.NAME]` as values, with every error at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from deployguard.config.faults import key_text, nearest, path_fault
from deployguard.config.lines import line_of
from deployguard.model.errors import ConfigurationError, UsageError
from deployguard.model.service import Project
from deployguard.pipeline.health.cron import Cron, parse_cron
from deployguard.pipeline.health.days import duration

BIGQUERY = "bigquery"
_UTC = ZoneInfo("Etc/UTC")
_UNITS = {"": 1, "k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_BINARY = {"K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
_ON_TABLES = frozenset({"unique", "fresh", "on-time", "volume"})
_SORTS_AS_DAYS = re.compile(r"[^%]*%Y[^%]*%m[^%]*%d[^%]*")


class CalendarTable(NamedTuple):
    """The days on which data is expected are the values of a column."""

    table: str
    column: str


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """One check. `database` is `bigquery` or the path of a DuckDB file; `calendar` may be a query or a file's path.

    `column_zone` is the zone of times that carry none; `most_read` is in bytes, `seconds` what one query may take.
    """

    name: str
    kind: str
    zone: ZoneInfo
    database: str = BIGQUERY
    tracker: str = ""
    table: str = ""
    partition: str = ""
    partition_format: str = "%Y-%m-%d"
    key: tuple[str, ...] = ()
    column: str = ""
    column_zone: ZoneInfo = _UTC
    max_age: timedelta = timedelta()
    schedule: Cron | None = None
    within: timedelta = timedelta(hours=1)
    day_offset: int = 0
    least: int | None = None
    most: int | None = None
    query: str = ""
    where: str = ""
    expects: str = ""
    calendar: str | CalendarTable = ""
    warns: bool = False
    optional: bool = False
    description: str = ""
    examples: int = 5
    most_read: int = 10 * 2**30
    seconds: int = 600


def health_checks(project: Project, database: str = "") -> tuple[HealthCheck, ...]:
    """Read every check; a `database` that is given takes the place of all configured ones.

    Raises:
        ConfigurationError: with a line for each thing that is wrong.
    """
    tables = {name: table for name, table in project.table("health").items() if isinstance(table, Mapping)}
    if database:
        tables = {name: {**table, "database": database} for name, table in tables.items()}
    problems = [
        f"{project.path}:{line_of(project.lines, ('health', name, key))}: {key_text(('health', name, key))}: {said}"
        for name, table in tables.items()
        for key, said in _faults(table)
    ]
    if problems:
        raise ConfigurationError(problems)
    return tuple(_check(name, table) for name, table in tables.items())


def chosen(checks: tuple[HealthCheck, ...], names: tuple[str, ...]) -> tuple[HealthCheck, ...]:
    """Return the checks of these names, all where none is given.

    Raises:
        UsageError: there is no such check.
    """
    known = [check.name for check in checks]
    for name in names:
        if name not in known:
            raise UsageError(f"{name}: no such health check{nearest(name, known)}")
    return tuple(check for check in checks if not names or check.name in names)


def _faults(table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    kind, on_bigquery = table["kind"], table.get("database", BIGQUERY) == BIGQUERY
    for key, read in _READ.items():
        if key in table:
            try:
                read(str(table[key]))
            except (ValueError, OverflowError, KeyError, OSError) as error:
                yield key, f"`{table[key]}` cannot be used: {_reason(error)}"
    if on_bigquery and "partition" not in table and (kind in _ON_TABLES or kind == "sql"):
        yield (
            "partition",
            "is missing: without it every query on BigQuery would read (and bill) the whole table; "
            "name the column that the table is partitioned by",
        )
    if on_bigquery and kind in _ON_TABLES and "." not in str(table.get("table", ".")):
        yield "table", "needs its dataset on BigQuery: `dataset.table`"
    calendar = table.get("calendar")
    if isinstance(calendar, str) and not is_query(calendar) and (fault := path_fault(calendar)):
        yield "calendar", f"`{calendar}` {fault}"
    if kind == "volume":
        yield from _volume_faults(table)
    if kind == "unique" and not table.get("key"):
        yield "key", "names no column"


def _volume_faults(table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    least, most = table.get("min"), table.get("max")
    if least is None and most is None:
        yield "kind", "`volume` needs `min`, `max` or both: without them every number of rows would do"
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield "min", f"{least} is more than `max`, {most}"


def _reason(error: Exception) -> str:
    if isinstance(error, OverflowError):
        return "it is too long"
    return f"there is no such time zone ({error})" if isinstance(error, KeyError) else str(error)


def _check(name: str, table: Mapping[str, object]) -> HealthCheck:
    def text(key: str, usual: str = "") -> str:
        return str(table.get(key, usual))

    def number(key: str) -> int | None:
        value = table.get(key)
        return value if isinstance(value, int) else None

    given, key, examples = table.get("calendar", ""), table.get("key"), number("examples")
    return HealthCheck(
        name=name,
        kind=text("kind"),
        zone=ZoneInfo(text("timezone", "Etc/UTC")),
        database=text("database", BIGQUERY),
        tracker=text("tracker"),
        table=text("table"),
        partition=text("partition"),
        partition_format=text("partition-format", "%Y-%m-%d"),
        key=tuple(map(str, key)) if isinstance(key, tuple) else (),
        column=text("column"),
        column_zone=ZoneInfo(text("column-timezone", "Etc/UTC")),
        max_age=duration(text("max-age")),
        schedule=parse_cron(text("schedule")) if "schedule" in table else None,
        within=duration(text("within", "1h")),
        day_offset=number("day-offset") or 0,
        least=number("min"),
        most=number("max"),
        query=text("query"),
        where=text("where"),
        expects=text("expects"),
        calendar=_calendar(given),
        warns=text("severity") == "warn",
        optional=table.get("optional") is True,
        description=text("description"),
        examples=5 if examples is None else examples,
        most_read=amount(text("max-bytes", "10Gi")),
        seconds=int(duration(text("timeout", "10m")).total_seconds()),
    )


def _calendar(given: object) -> str | CalendarTable:
    return (
        CalendarTable(str(given["table"]), str(given["column"])) if isinstance(given, Mapping) else str(given)
    )


def amount(text: str) -> int:
    """Read an amount of bytes such as `10Gi` or `500M`."""
    digits = text.rstrip("KMGTki")
    unit = text[len(digits) :]
    return int(float(digits) * (_BINARY[unit[0]] if unit.endswith("i") else _UNITS[unit]))


def _zone(text: str) -> None:
    ZoneInfo(text)


def _format(text: str) -> None:
    if not _SORTS_AS_DAYS.fullmatch(text):
        raise ValueError(
            "it must write %Y, %m and %d once each, in this order, so that days sort as they come"
        )
    date(2000, 1, 1).strftime(text)


def is_query(text: str) -> bool:
    """Tell a query from the path of a file."""
    return text.lstrip("( \n").partition(" ")[0].strip().lower() in {"select", "with", "from"}


_READ: dict[str, Callable[[str], object]] = {
    "timezone": _zone,
    "column-timezone": _zone,
    "max-age": duration,
    "within": duration,
    "timeout": duration,
    "schedule": parse_cron,
    "max-bytes": amount,
    "partition-format": _format,
}
