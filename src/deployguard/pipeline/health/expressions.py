"""Each question once, as an expression of ibis; SQL of either dialect is made of it.

Names of tables and columns are quoted by ibis. A condition (`where`) is the user's own SQL: it must be one expression,
and stands in parentheses beside the filter on the partition, never in its place.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from deployguard.model.table import Column, Kind, Shape
from deployguard.pipeline.health.database import Unanswered
from deployguard.pipeline.health.days import Day

_TYPES = {
    Kind.DATE: "date",
    Kind.MOMENT: "timestamp('UTC')",
    Kind.CIVIL: "timestamp",
    Kind.TEXT: "string",
    Kind.INTEGER: "int64",
    Kind.OTHER: "string",  # only named, never computed with
}


def relation(shape: Shape) -> Any:
    """Return a table as ibis sees it; nothing is read."""
    import ibis

    *outer, name = shape.path
    catalog, database = outer if len(outer) == 2 else (None, *outer)
    schema = {column.name: _TYPES[column.kind] for column in shape.columns}
    return ibis.table(schema, name=name, catalog=catalog, database=database)


def literal_date(day: date) -> Any:
    """Return a day as a value of a query."""

    import ibis

    return ibis.date(day.year, day.month, day.day)


def literal_moment(moment: datetime, column: Column, zone: ZoneInfo) -> Any:
    """Write a moment as a column keeps it; `zone` is that of times which carry none."""
    import ibis

    if column.kind is Kind.MOMENT:
        return ibis.literal(moment, type="timestamp('UTC')")
    return ibis.literal(moment.astimezone(zone).replace(tzinfo=None), type="timestamp")


def bound(column: Column, day: Day, zone: ZoneInfo, form: str) -> Any:
    """Return the least value of a partition column that belongs to a day."""
    match column.kind:
        case Kind.DATE:
            return literal_date(day.date)
        case Kind.MOMENT | Kind.CIVIL:
            return literal_moment(day.start, column, zone)
        case Kind.TEXT:
            return written(day.date, form)
        case Kind.INTEGER if written(day.date, form).isdigit():
            return int(written(day.date, form))
        case Kind.INTEGER:
            raise Unanswered(
                f"`{column.name}` holds whole numbers: say how they write a day, such as "
                'partition-format = "%Y%m%d"'
            )
        case Kind.OTHER:
            raise Unanswered(
                f"`{column.name}` cannot say which day a row belongs to: it is none of date, time, text and whole number"
            )


def on_day(table: Any, column: Column, day: Day, zone: ZoneInfo, form: str) -> Any:
    """Return the condition that a row belongs to a day, so that both databases read only its partition."""
    first = bound(column, day, zone, form)
    if column.kind in {Kind.MOMENT, Kind.CIVIL}:
        return (table[column.name] >= first) & (table[column.name] < bound(column, day.later(1), zone, form))
    return table[column.name] == first


def since_day(table: Any, column: Column, day: Day, zone: ZoneInfo, form: str) -> Any:
    """Return the condition that a row belongs to a day or a later one."""
    return table[column.name] >= bound(column, day, zone, form)


def written(day: date, form: str) -> str:
    """Write a day by a format; years before 1000 keep their four digits, which strftime does not promise."""
    return day.strftime(form.replace("%Y", f"{day.year:04d}"))


def seconds(value: Any, column: Column) -> Any:
    """Return a time as seconds since 1970; one without a zone as if it were UTC (BigQuery has no such function for it)."""
    known = value if column.kind is Kind.MOMENT else value.cast("timestamp('UTC')")
    return known.epoch_seconds()


def compiled(expression: Any, dialect: str, where: str = "") -> str:
    """Write an expression as SQL, with the user's condition on the rows of its one table.

    Raises:
        Unanswered: the condition is not one SQL expression.
    """
    import ibis

    text = str(ibis.to_sql(expression, dialect=dialect))
    return _with_condition(text, dialect, where) if where.strip() else text


def _with_condition(text: str, dialect: str, where: str) -> str:
    import sqlglot
    from sqlglot import exp

    try:
        sqlglot.parse_one(where, dialect=dialect, into=exp.Condition)
    except sqlglot.errors.SqlglotError as error:
        said = " ".join(str(error).split())[:200]
        raise Unanswered(f"`where` is not one SQL condition: {where!r} ({said})") from error
    tree = sqlglot.parse_one(text, dialect=dialect)
    innermost = next(node for node in tree.find_all(exp.Table)).find_ancestor(exp.Select)
    # As it was written: the line break ends a comment, and another round through a parser could change it.
    innermost.where(exp.Paren(this=exp.Var(this=f"{where}\n")), copy=False)
    return str(tree.sql(dialect=dialect, pretty=True))
