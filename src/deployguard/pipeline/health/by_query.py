"""`sql`: a query of the user's, every row of which is a failure.

It is read-only threefold: it must parse as one query, the database must call it one SELECT, and a DuckDB file is open
for reading alone. On BigQuery it must compare its partition with `@date`, so that it reads a day and not a history.
"""

from __future__ import annotations

from deployguard.model.amounts import counted
from deployguard.model.health import Verdict
from deployguard.model.table import Bounds
from deployguard.pipeline.health.database import Unanswered
from deployguard.pipeline.health.question import Answer, Question, example


def judge(question: Question) -> Answer:
    """Ask the query; pass where it returns nothing."""
    check, database, bounds = question.check, question.database(), question.bounds
    refuse_what_is_no_query(check.query, database.dialect)
    if database.dialect == "bigquery":
        refuse_a_full_scan(check.query, check.partition)
    asked = database.ask(
        check.query, Bounds(bounds.day, max(1, check.examples), bounds.seconds, bounds.bytes)
    )
    counts = (("failing", asked.total),)
    if not asked.total:
        return Answer(Verdict.PASS, "no failing row", counts, read=asked.read)
    examples = tuple(example(row, tuple(row)) for row in asked.rows[: check.examples])
    said = counted(asked.total, "failing row")
    return Answer(Verdict.FAIL, said, counts, examples, read=asked.read)


def refuse_what_is_no_query(query: str, dialect: str) -> None:
    """Accept one single query only; the database judges it again.

    Raises:
        Unanswered: it is more, or something else.
    """
    import sqlglot
    from sqlglot import exp

    try:
        found = [each for each in sqlglot.parse(query, dialect=dialect) if each is not None]
    except sqlglot.errors.SqlglotError as error:
        raise Unanswered(f"the query is not valid SQL: {' '.join(str(error).split())[:300]}") from error
    if len(found) != 1 or not isinstance(found[0], exp.Query) or found[0].find(exp.Into, exp.DML):
        raise Unanswered("the query must be one single SELECT: a health check changes nothing")


def refuse_a_full_scan(query: str, partition: str) -> None:
    """Accept a query that compares its partition column with the parameter `@date` only.

    Raises:
        Unanswered: it does not.
    """
    import sqlglot
    from sqlglot import exp

    comparisons = (exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In)
    for one in sqlglot.parse_one(query, dialect="bigquery").find_all(*comparisons):
        columns = {column.name.casefold() for column in one.find_all(exp.Column)}
        names = {parameter.name.casefold() for parameter in one.find_all(exp.Parameter)}
        if partition.casefold() in columns and "date" in names:
            return
    raise Unanswered(
        f"the query must compare its partition with the day, as in `where {partition} = @date`: "
        "without it BigQuery would read (and bill) whole tables"
    )
