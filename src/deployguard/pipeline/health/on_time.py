"""`on-time`: the first row of a day came soon enough after its schedule."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from deployguard.model.health import Verdict
from deployguard.model.table import Column, Kind
from deployguard.pipeline.health.days import Day, spoken
from deployguard.pipeline.health.expressions import literal_moment, seconds
from deployguard.pipeline.health.fresh import moment_of
from deployguard.pipeline.health.question import (
    Answer,
    Question,
    Source,
    ask,
    number,
    rows_of_day,
    source_of,
    time_column,
)


def judge(question: Question) -> Answer:
    """Compare the first row with the first time of the schedule on the day that is due."""
    check = question.check
    schedule = check.schedule
    due_day = question.day.later(check.day_offset)
    if schedule is None or not schedule.runs_on(due_day.date):
        return Answer(Verdict.NOT_DUE, f"the schedule has no run on {due_day.date:%A}, {due_day.date}")
    due = due_day.at(schedule.first)
    source = source_of(question)
    column = time_column(question, source.shape, Kind.MOMENT, Kind.CIVIL)
    rows = _rows(question, source, column, due_day)
    came = seconds(rows[column.name].min(), column)
    asked = ask(question, rows.aggregate(first=came, rows=rows.count()))
    row = asked.rows[0]
    first = None if row["first"] is None else moment_of(float(str(row["first"])), column, question)
    verdict, said, late = _judged(question, due, first)
    counts = (("rows", number(row, "rows")), *((("late_seconds", late),) if first is not None else ()))
    return Answer(verdict, said, counts, read=asked.read)


def _rows(question: Question, source: Source, column: Column, due_day: Day) -> Any:
    """Return the rows of the day's partition, or without one those that came on the day that is due."""
    if source.partition is not None:
        return rows_of_day(question, source, question.day)
    zone, values = question.check.column_zone, source.table[column.name]
    after = values >= literal_moment(due_day.start, column, zone)
    return source.table.filter(after & (values < literal_moment(due_day.end, column, zone)))


def _judged(question: Question, due: datetime, first: datetime | None) -> tuple[Verdict, str, int]:
    check = question.check
    until = due + check.within
    clock = f"{due.astimezone(check.zone):%Y-%m-%d %H:%M %Z}"
    if first is None:
        if question.now <= until:
            return (
                Verdict.NOT_DUE,
                f"no row yet; it is due at {clock} and may be {spoken(check.within)} late",
                0,
            )
        return Verdict.FAIL, f"no row; it was due at {clock}", 0
    late = int((first - due).total_seconds())
    came = f"the first row came at {first.astimezone(check.zone):%Y-%m-%d %H:%M %Z}"
    if first > until:
        said = f"{came}, {spoken(first - due)} after {clock}; it may be {spoken(check.within)} late"
        return Verdict.FAIL, said, late
    return Verdict.PASS, f"{came}, {spoken(first - due)} {'after' if late >= 0 else 'before'} {clock}", late
