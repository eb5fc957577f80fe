"""On which days data is expected: days of the week, a file of dates, a query, or a table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple

from deployguard.model.table import Bounds
from deployguard.pipeline.health.by_query import refuse_what_is_no_query
from deployguard.pipeline.health.database import Unanswered, column_of
from deployguard.pipeline.health.expressions import compiled, on_day, relation
from deployguard.pipeline.health.question import Question
from deployguard.pipeline.health.settings import CalendarTable, is_query

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MOST = 100_000

Files = Callable[[str], str | None]


class DateFile(NamedTuple):
    """`days` are those named; it knows of all days from `first` to `last`."""

    days: frozenset[date]
    first: date
    last: date


def why_not_due(question: Question, files: Files) -> str:
    """Return why no data is expected on the day; "" where it is.

    Raises:
        Unanswered: the calendar cannot be read, or says nothing about this day.
    """
    check, day = question.check, question.day.date
    if check.expects and _WEEKDAYS[day.weekday()] not in weekdays(check.expects):
        return f"no data is expected on {day:%A} (`{check.expects}`)"
    match check.calendar:
        case "":
            return ""
        case CalendarTable() as table:
            expected, named = _in_table(question, table), table.table
        case str() as text if is_query(text):
            expected, named = _in_query(question, text), "its calendar's query"
        case path:
            expected, named = _in_file(path, files, day), path
    return "" if expected else f"no data is expected: {day} is not in {named}"


def weekdays(pattern: str) -> frozenset[str]:
    """Read `mon-fri`, `mon,wed`, or `sat-mon`, which goes over the end of the week."""
    found = set()
    for part in pattern.split(","):
        first, _, last = part.partition("-")
        start, end = _WEEKDAYS.index(first), _WEEKDAYS.index(last or first)
        found |= {_WEEKDAYS[number % 7] for number in range(start, end + (7 if end < start else 0) + 1)}
    return frozenset(found)


def parse_dates(text: str, path: str) -> DateFile:
    """Read a file of dates: one `YYYY-MM-DD` a line, `#` begins a remark, `until YYYY-MM-DD` says how far it knows.

    Raises:
        Unanswered: a line is something else, or there is no date.
    """
    days, until = set(), []
    for number, line in enumerate(text.splitlines(), 1):
        word = line.partition("#")[0].strip()
        try:
            if word.startswith("until "):
                until.append(date.fromisoformat(word.removeprefix("until ").strip()))
            elif word:
                days.add(date.fromisoformat(word))
        except ValueError as error:
            raise Unanswered(f"{path}:{number}: `{word[:40]}` is not a date such as 2026-02-01") from error
    if not days:
        raise Unanswered(f"{path}: has no date")
    return DateFile(frozenset(days), min(days), max(*days, *until, min(days)))


def _in_file(path: str, files: Files, day: date) -> bool:
    text = files(path)
    if text is None:
        raise Unanswered(f"{path}: the calendar is not in this tree; add the file, or correct `calendar`")
    known = parse_dates(text, path)
    if not known.first <= day <= known.last:
        raise Unanswered(
            f"{path}: knows the days from {known.first} to {known.last} only; add dates, "
            "or a line `until YYYY-MM-DD` where no more are expected until then"
        )
    return day in known.days


def _in_query(question: Question, query: str) -> bool:
    """The first column of a query's rows holds the days; `date` is a parameter that it may use."""
    database, bounds = question.database(), question.bounds
    refuse_what_is_no_query(query, database.dialect)
    found = database.ask(query, Bounds(bounds.day, _MOST, bounds.seconds, bounds.bytes))
    if found.total > len(found.rows):
        raise Unanswered(f"its calendar's query returns more than {_MOST} days")
    return any(_as_date(next(iter(row.values()))) == bounds.day for row in found.rows)


def _in_table(question: Question, calendar: CalendarTable) -> bool:
    check, database, bounds = question.check, question.database(), question.bounds
    shape = database.shape(calendar.table)
    table, column = relation(shape), column_of(shape, calendar.column)
    fits = on_day(table, column, question.day, check.column_zone, check.partition_format)
    query = compiled(table.filter(fits).aggregate(days=table.filter(fits).count()), database.dialect)
    answer = database.ask(query, Bounds(bounds.day, 1, bounds.seconds, bounds.bytes))
    return str(answer.rows[0]["days"]) != "0"


def _as_date(value: object) -> date:
    try:
        return value.date() if isinstance(value, datetime) else date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise Unanswered(
            f"the first column of its calendar's query holds `{str(value)[:40]}`, which is not a date"
        ) from error
