"""On which days data is expected: days of the week, a file of dates, a query, or a table."""

from __future__ import annotations

from datetime import date, datetime

from deployguard.model.table import Bounds
from deployguard.pipeline.expected_days import Files, in_file, is_weekday_of
from deployguard.pipeline.health.by_query import refuse_what_is_no_query
from deployguard.pipeline.health.database import Unanswered, column_of
from deployguard.pipeline.health.expressions import compiled, on_day, relation
from deployguard.pipeline.health.question import Question
from deployguard.pipeline.health.settings import CalendarTable, is_query

_MOST = 100_000


def why_not_due(question: Question, files: Files) -> str:
    """Return why no data is expected on the day; "" where it is.

    Raises:
        Unanswered: the calendar cannot be read, or says nothing about this day.
    """
    check, day = question.check, question.day.date
    if not is_weekday_of(check.expects, day):
        return f"no data is expected on {day:%A} (`{check.expects}`)"
    match check.calendar:
        case "":
            return ""
        case CalendarTable() as table:
            expected, named = _in_table(question, table), table.table
        case str() as text if is_query(text):
            expected, named = _in_query(question, text), "its calendar's query"
        case path:
            expected, named = in_file(path, files, day), path
    return "" if expected else f"no data is expected: {day} is not in {named}"


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
