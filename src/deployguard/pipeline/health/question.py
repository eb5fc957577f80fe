"""One check asked about one day, and its answer before severities are weighed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from deployguard.model.health import Example, Verdict
from deployguard.model.table import Bounds, Column, Kind, Rows, Shape
from deployguard.pipeline.health.database import Database, Unanswered, column_of
from deployguard.pipeline.health.days import Day
from deployguard.pipeline.health.expressions import compiled, on_day, relation
from deployguard.pipeline.health.settings import HealthCheck

_LONGEST = 120
_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class Answer:
    """`verdict` is pass, fail or not-due; see Result for the rest."""

    verdict: Verdict
    reason: str
    counts: tuple[tuple[str, int], ...] = ()
    examples: tuple[Example, ...] = ()
    details: tuple[str, ...] = ()
    read: int | None = None


Completion = Callable[[str, date], Answer]


@dataclass(frozen=True, slots=True)
class Question:
    """`now` is when it is asked, `moment` the time as of which it is answered: the end of a day that has passed.

    `completion` answers for a tracker.
    """

    check: HealthCheck
    day: Day
    now: datetime
    moment: datetime
    database: Callable[[], Database]
    completion: Completion | None = None

    @property
    def bounds(self) -> Bounds:
        return Bounds(self.day.date, seconds=self.check.seconds, bytes=self.check.most_read)


class Source(NamedTuple):
    """The table of a question, with its partition column where the check names one."""

    shape: Shape
    table: Any
    partition: Column | None


def source_of(question: Question) -> Source:
    """Find the table and its partition.

    Raises:
        NoTable: it is not there.
        Unanswered: it has no such partition column, or is partitioned by another one.
    """
    check = question.check
    shape = question.database().shape(check.table)
    partition = column_of(shape, check.partition) if check.partition else None
    if partition and shape.partitions and not _is_partition(partition.name, shape.partitions):
        raise Unanswered(
            f"{shape.name} is partitioned by `{shape.partitions}`, not by `{partition.name}`: "
            "the query would read the whole table"
        )
    return Source(shape, relation(shape), partition)


def rows_of_day(question: Question, source: Source, day: Day) -> Any:
    """Return the rows of a day, all where the table has no partition."""
    if source.partition is None:
        return source.table
    check = question.check
    return source.table.filter(
        on_day(source.table, source.partition, day, check.column_zone, check.partition_format)
    )


def ask(question: Question, expression: Any, rows: int = 1) -> Rows:
    """Answer an expression over the rows for which the check's condition holds."""
    database = question.database()
    bounds = question.bounds
    text = compiled(expression, database.dialect, question.check.where)
    return database.ask(text, Bounds(bounds.day, rows, bounds.seconds, bounds.bytes))


def number(row: Mapping[str, object], name: str) -> int:
    """Return a count of a row; a sum over nothing is null, and that is 0."""
    value = row[name]
    return int(str(value).partition(".")[0]) if value is not None else 0


def example(row: Mapping[str, object], columns: tuple[str, ...], count: int = 1) -> Example:
    """Return a failing key or row as it is shown: its first columns, cut."""
    shown = tuple((name, shortened(row[name])) for name in columns[:_COLUMNS])
    return Example(shown, count)


def shortened(value: object) -> str:
    """Write a value of the data in at most 120 characters."""
    text = "null" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def time_column(question: Question, shape: Shape, *kinds: Kind) -> Column:
    """Return the check's `column`.

    Raises:
        Unanswered: there is none of this name, or it holds something else.
    """
    column = column_of(shape, question.check.column)
    if column.kind not in kinds:
        wanted = " or ".join(kind.value for kind in kinds)
        raise Unanswered(f"`{column.name}` of {shape.name} holds {column.kind.value}, not {wanted}")
    return column


def _is_partition(name: str, partitions: str) -> bool:
    by_ingestion = {"_partitiontime", "_partitiondate"}
    return (
        name.casefold() == partitions.casefold() or {name.casefold(), partitions.casefold()} <= by_ingestion
    )
