"""The SQL that BigQuery would get: always bounded by the partition, names quoted, no function that it lacks."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from deployguard.model.health import HealthReport, Result, Verdict
from deployguard.model.table import Bounds, Column, Kind, Rows, Shape
from deployguard.pipeline.health.run import Surroundings, run_checks
from tests.pipeline.health.tables import NOON, checks

COLUMNS = (
    Column("day", Kind.DATE),
    Column("came", Kind.MOMENT),
    Column("local", Kind.CIVIL),
    Column("text", Kind.TEXT),
    Column("id", Kind.INTEGER),
)


class Heard:
    """A database that notes what it is asked, and answers as an empty day would."""

    dialect = "bigquery"

    def __init__(self, partitions: str) -> None:
        self.partitions = partitions
        self.queries: list[str] = []

    def shape(self, table: str) -> Shape:
        columns = (*COLUMNS, Column("_PARTITIONTIME", Kind.MOMENT), Column("_PARTITIONDATE", Kind.DATE))
        return Shape(("proj", *table.split(".")), columns, self.partitions)

    def ask(self, query: str, bounds: Bounds) -> Rows:  # noqa: ARG002 - part of what a database is
        self.queries.append(re.sub(r"(?<=\() | (?=\))", "", re.sub(r"\s+", " ", query)))
        row = dict.fromkeys(("rows", "keys", "surplus", "newest", "ahead", "first", "days"))
        return Rows((row,), 1)

    def close(self) -> None:
        pass


def heard(text: str, partitions: str = "day") -> tuple[list[str], Result]:
    database = Heard(partitions)
    surroundings = Surroundings(lambda _: database, dict[str, str]().get)
    report: HealthReport = run_checks(
        checks(f"[health.one]\n{text}", ""), surroundings, NOON, date(2026, 2, 1)
    )
    return database.queries, report.results[0]


@pytest.mark.parametrize(
    ("partition", "bounded"),
    [
        ("day", "`t0`.`day` = DATE(2026, 2, 1)"),
        ("text", "`t0`.`text` = '2026-02-01'"),
        ("came", "`t0`.`came` >= TIMESTAMP('2026-02-01T00:00:00+00:00')"),
        ("came", "`t0`.`came` < TIMESTAMP('2026-02-02T00:00:00+00:00')"),
        ("local", "`t0`.`local` >= DATETIME('2026-02-01T00:00:00')"),
        ("_PARTITIONDATE", "`t0`.`_PARTITIONDATE` = DATE(2026, 2, 1)"),
    ],
)
def test_every_kind_of_partition_bounds_the_query(partition: str, bounded: str) -> None:
    by = "_PARTITIONTIME" if partition == "_PARTITIONDATE" else partition
    queries, _ = heard(f'kind="unique"\ntable="shop.orders"\nkey=["id"]\npartition="{partition}"', by)
    assert "FROM `proj`.`shop`.`orders` AS `t0`" in queries[0]
    assert bounded in queries[0]
    assert "COUNT(*)" in queries[0]


@pytest.mark.parametrize(
    "text",
    [
        'kind="unique"\ntable="shop.orders"\nkey=["id"]\npartition="day"',
        'kind="volume"\ntable="shop.orders"\nmin=1\npartition="day"',
        'kind="fresh"\ntable="shop.orders"\ncolumn="came"\nmax-age="26h"\npartition="day"',
        'kind="fresh"\ntable="shop.orders"\ncolumn="local"\nmax-age="26h"\npartition="day"',
        'kind="on-time"\ntable="shop.orders"\ncolumn="came"\nschedule="0 6 * * *"\npartition="day"',
    ],
)
@pytest.mark.parametrize("where", ["", "\nwhere=\"text = 'a' or text = 'b' -- either\""])
def test_no_kind_reads_without_a_bound(text: str, where: str) -> None:
    queries, found = heard(text + where)
    assert found.verdict is not Verdict.ERROR, found.reason
    for query in queries:
        assert re.search(r"WHERE `t0`.`day` (>=|=) DATE\(2026, \d+, \d+\)", query), query
        if where:
            assert "AND (text = 'a' or text = 'b' -- either" in query


def test_a_time_without_a_zone_becomes_one_with_it_before_it_is_counted() -> None:
    queries, _ = heard('kind="fresh"\ntable="shop.orders"\ncolumn="local"\nmax-age="26h"\npartition="day"')
    assert re.search(r"UNIX_SECONDS\(CAST\(MAX\(.*?\) AS TIMESTAMP\)\)", queries[0]), queries[0]


def test_a_column_that_is_not_the_partition_is_refused() -> None:
    queries, found = heard('kind="volume"\ntable="shop.orders"\nmin=1\npartition="text"')
    assert (queries, found.verdict) == ([], Verdict.ERROR)
    assert "partitioned by `day`, not by `text`" in found.reason


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("select * from shop.orders where day = @date and id < 0", True),
        ("select * from shop.orders where day between @date and date_add(@date, interval 1 day)", True),
        ("select * from shop.orders", False),
        ("select * from shop.orders where id < 0", False),
        ("select @date, day from shop.orders", False),
        ("delete from shop.orders where day = @date", False),
        ("select 1; drop table shop.orders", False),
    ],
)
def test_a_query_must_read_and_be_bounded(query: str, asked: bool) -> None:
    queries, _ = heard(f'kind="sql"\npartition="day"\nquery="{query}"')
    assert bool(queries) is asked


def test_the_expressions_are_written_in_one_place() -> None:
    source = Path(__file__).parents[3] / "src/deployguard/pipeline/health"
    asking = [path.name for path in source.glob("*.py") if "to_sql(" in path.read_text(encoding="utf-8")]
    assert asking == ["expressions.py"]
