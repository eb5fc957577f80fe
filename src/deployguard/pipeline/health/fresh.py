"""`fresh`: the newest row is young enough.

Rows dated after the moment of the question do not count: one row from the future would make a table fresh for ever.
On a partitioned table only partitions from one day before the greatest age are read.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from deployguard.model.amounts import counted
from deployguard.model.health import Verdict
from deployguard.model.table import Column, Kind
from deployguard.pipeline.health.days import Day, day_of, spoken
from deployguard.pipeline.health.expressions import literal_date, literal_moment, seconds, since_day
from deployguard.pipeline.health.question import (
    Answer,
    Question,
    Source,
    ask,
    number,
    source_of,
    time_column,
)


def judge(question: Question) -> Answer:
    """Compare the age of the newest row with the greatest one allowed."""
    check, moment = question.check, question.moment
    source = source_of(question)
    column = time_column(question, source.shape, Kind.MOMENT, Kind.CIVIL, Kind.DATE)
    rows, since = _bounded(question, source)
    asked = ask(question, _summary(question, rows, column))
    row = asked.rows[0]
    ahead = number(row, "ahead")
    counts: tuple[tuple[str, int], ...] = (("rows", number(row, "rows")), ("ahead", ahead))
    were = ("is", "was") if ahead == 1 else ("are", "were")
    after = f"dated after {moment:%Y-%m-%d %H:%M} UTC, and {were[1]} not counted"
    details = (f"{counted(ahead, 'row')} {were[0]} {after}",) if ahead else ()
    newest = _moment(question, column, row["newest"])
    allowed = spoken(check.max_age)
    if newest is None:
        said = f"no row{since}: older than {allowed}, or none at all"
        return Answer(Verdict.FAIL, said, counts, details=details, read=asked.read)
    age = max(moment - newest, timedelta())
    bad = age > check.max_age
    counts = (*counts, ("age_seconds", int(age.total_seconds())))
    told = f"the newest row is {spoken(age)} old ({_shown(newest, column, check.zone)})"
    said = f"{told}, more than {allowed}" if bad else told
    return Answer(Verdict.FAIL if bad else Verdict.PASS, said, counts, details=details, read=asked.read)


def _bounded(question: Question, source: Source) -> tuple[Any, str]:
    check = question.check
    if source.partition is None:
        return source.table, ""
    first = day_of(question.moment - check.max_age, check.zone).later(-1)
    kept = since_day(source.table, source.partition, first, check.column_zone, check.partition_format)
    return source.table.filter(kept), f" since {first.date}"


def _summary(question: Question, rows: Any, column: Column) -> Any:
    check, values = question.check, rows[column.name]
    if column.kind is Kind.DATE:
        known = values <= literal_date(day_of(question.moment, check.zone).date)
        newest = values.max(where=known).cast("string")
    else:
        known = values <= literal_moment(question.moment, column, check.column_zone)
        newest = seconds(values.max(where=known), column)
    return rows.aggregate(newest=newest, ahead=(~known).sum(), rows=rows.count())


def _moment(question: Question, column: Column, value: object) -> datetime | None:
    """Return the latest moment that the newest value can stand for: a date lasts until its end."""
    if value is None:
        return None
    if column.kind is Kind.DATE:
        return Day(date.fromisoformat(str(value)[:10]), question.check.zone).end
    return moment_of(float(str(value)), column, question)


def moment_of(told: float, column: Column, question: Question) -> datetime:
    """Turn what a database calls seconds since 1970 into a moment; a time without a zone was taken for UTC there."""
    moment = datetime.fromtimestamp(told, UTC)
    if column.kind is Kind.MOMENT:
        return moment
    return moment.replace(tzinfo=question.check.column_zone).astimezone(UTC)


def _shown(newest: datetime, column: Column, zone: Any) -> str:
    local = newest.astimezone(zone)
    if column.kind is Kind.DATE:
        return f"{(local - timedelta(seconds=1)).date()}"
    return f"{local:%Y-%m-%d %H:%M %Z}"
