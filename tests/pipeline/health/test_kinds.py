"""Each kind on a real DuckDB file: what it must find, and what it must leave alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from deployguard.model.health import Verdict
from tests.pipeline.health.tables import NOON, made, orders, report, result

pytestmark = pytest.mark.slow

UNIQUE = 'kind="unique"\ntable="sales.orders"\nkey=["id"]\npartition="day"\n'
FRESH = 'kind="fresh"\ntable="sales.orders"\ncolumn="came"\nmax-age="26h"\npartition="day"\n'
ON_TIME = 'kind="on-time"\ntable="sales.orders"\ncolumn="came"\nschedule="0 6 * * *"\nwithin="2h"\npartition="day"\n'
VOLUME = 'kind="volume"\ntable="sales.orders"\npartition="day"\n'
THREE = """(1, '2026-02-01', '2026-02-01 07:00+00', 'paid'), (1, '2026-02-01', '2026-02-01 08:00+00', 'void'),
 (2, '2026-02-01', '2026-02-01 09:00+00', 'paid'), (2, '2026-01-31', '2026-01-31 09:00+00', 'paid')"""


def test_a_key_that_comes_twice_is_shown_with_its_count(tmp_path: Path) -> None:
    found = result(orders(tmp_path, THREE), UNIQUE)
    assert found.verdict is Verdict.FAIL
    assert (found.count("rows"), found.count("keys"), found.count("surplus")) == (3, 1, 1)
    assert [(one.values, one.count) for one in found.examples] == [((("id", "1"),), 2)]


def test_the_same_key_on_another_day_is_no_duplicate(tmp_path: Path) -> None:
    assert result(orders(tmp_path, THREE), UNIQUE, day=date(2026, 1, 31)).verdict is Verdict.PASS


def test_a_condition_takes_rows_out_also_with_a_remark_in_it(tmp_path: Path) -> None:
    file = orders(tmp_path, THREE)
    assert result(file, UNIQUE + "where=\"status = 'paid' -- only these\"").verdict is Verdict.PASS
    wide = result(file, UNIQUE + "where=\"status = 'paid' or status = 'void'\"")
    assert wide.count("rows") == 3  # an `or` does not reach around the partition


@pytest.mark.parametrize("where", ["1=1) or (1=1", "1=1; drop table sales.orders", "select 1", ")"])
def test_what_is_not_one_condition_is_an_error(tmp_path: Path, where: str) -> None:
    found = result(orders(tmp_path, THREE), f'{UNIQUE}where="{where}"')
    assert found.verdict is Verdict.ERROR
    assert "`where`" in found.reason


def test_names_are_quoted_and_found_in_any_case(tmp_path: Path) -> None:
    file = made(
        tmp_path,
        'create table "sales"."odd ""; drop" ("a b" int, day date)',
        'create table sales.orders ("a; drop table x --" int, day date)',
        "insert into sales.orders values (1, '2026-02-01'), (1, '2026-02-01')",
    )
    found = result(file, 'kind="unique"\ntable="SALES.Orders"\nkey=["A; drop table X --"]\npartition="Day"')
    assert found.verdict is Verdict.FAIL


def test_examples_are_few_and_short(tmp_path: Path) -> None:
    long = "repeat('x', 5000) || (i % 50)"
    file = made(
        tmp_path,
        f"create table sales.orders as select {long} as id, date '2026-02-01' as day from range(100) r(i)",
    )
    found = result(file, UNIQUE + "examples=3")
    assert (found.count("keys"), len(found.examples)) == (50, 3)
    assert max(len(value) for one in found.examples for _, value in one.values) <= 120
    assert result(file, UNIQUE + "examples=0").examples == ()


@pytest.mark.parametrize(
    ("columns", "value", "more"),
    [
        ("id int, day text", "'2026-02-01'", ""),
        ("id int, day text", "'20260201'", 'partition-format="%Y%m%d"'),
        ("id int, day int", "20260201", 'partition-format="%Y%m%d"'),
        ("id int, day timestamp", "'2026-02-01 23:59:59'", ""),
        ("id int, day timestamptz", "'2026-02-02 04:59:59+00'", 'timezone="America/New_York"'),
        ("id int, day timestamp", "'2026-02-02 04:59:59'", 'timezone="America/New_York"'),
        (
            "id int, day timestamp",
            "'2026-02-01 23:59:59'",
            'timezone="America/New_York"\ncolumn-timezone="America/New_York"',
        ),
    ],
)
def test_a_partition_may_be_text_a_number_or_a_time(
    tmp_path: Path, columns: str, value: str, more: str
) -> None:
    file = orders(tmp_path, f"(1, {value})", columns)
    assert result(file, VOLUME + "min=1\n" + more).verdict is Verdict.PASS
    assert result(file, VOLUME + "min=1\n" + more, day=date(2026, 1, 31)).verdict is Verdict.FAIL


def test_whole_numbers_that_cannot_be_days_are_an_error(tmp_path: Path) -> None:
    found = result(orders(tmp_path, "(1, 20260201)", "id int, day int"), VOLUME + "min=1")
    assert found.verdict is Verdict.ERROR
    assert "partition-format" in found.reason


@pytest.mark.parametrize(
    ("limits", "verdict"), [("min=4", Verdict.FAIL), ("max=2", Verdict.FAIL), ("min=3\nmax=3", Verdict.PASS)]
)
def test_rows_are_counted(tmp_path: Path, limits: str, verdict: Verdict) -> None:
    assert result(orders(tmp_path, THREE), VOLUME + limits).verdict is verdict


def test_too_few_rows_are_not_held_against_a_day_that_goes_on(tmp_path: Path) -> None:
    evening = datetime(2026, 2, 1, 20, tzinfo=UTC)
    file = orders(tmp_path, THREE)
    assert result(file, VOLUME + "min=4", now=evening).verdict is Verdict.NOT_DUE
    assert result(file, VOLUME + "max=2", now=evening).verdict is Verdict.FAIL


def test_severity_warn_shows_and_does_not_fail(tmp_path: Path) -> None:
    warned = report(orders(tmp_path, THREE), f'[health.one]\n{VOLUME}min=9\nseverity="warn"')
    assert [one.verdict for one in warned.results] == [Verdict.WARN]
    assert warned.exit_code == 0


def test_age_is_that_of_the_newest_row(tmp_path: Path) -> None:
    file = orders(tmp_path, THREE)
    assert result(file, FRESH, day=None, now=datetime(2026, 2, 2, 10, tzinfo=UTC)).verdict is Verdict.PASS
    assert result(file, FRESH, day=None, now=NOON).verdict is Verdict.FAIL


def test_a_day_that_has_passed_is_judged_as_of_its_end(tmp_path: Path) -> None:
    file = orders(tmp_path, THREE)
    assert (
        result(file, FRESH, day=date(2026, 2, 1), now=datetime(2026, 3, 1, tzinfo=UTC)).verdict
        is Verdict.PASS
    )
    assert (
        result(file, FRESH, day=date(2026, 2, 3), now=datetime(2026, 3, 1, tzinfo=UTC)).verdict
        is Verdict.FAIL
    )


def test_a_row_from_the_future_makes_nothing_fresh(tmp_path: Path) -> None:
    rows = "(1, '2026-01-01', '2026-01-01 00:00+00', ''), (2, '2099-01-01', '2099-01-01 00:00+00', '')"
    found = result(orders(tmp_path, rows), FRESH, day=None)
    assert found.verdict is Verdict.FAIL
    assert found.count("ahead") == 1
    assert "1 row is dated after" in found.details[0]


def test_a_date_lasts_until_its_end(tmp_path: Path) -> None:
    file = orders(tmp_path, THREE)
    dated = FRESH.replace('column="came"', 'column="day"').replace("26h", "13h")
    assert result(file, dated, day=None, now=NOON).verdict is Verdict.PASS
    assert result(file, dated.replace("13h", "11h"), day=None, now=NOON).verdict is Verdict.FAIL


def test_an_empty_table_is_not_fresh(tmp_path: Path) -> None:
    file = made(tmp_path, "create table sales.orders (day date, came timestamp)")
    assert result(file, FRESH).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("first", "verdict"), [("07:59", Verdict.PASS), ("05:00", Verdict.PASS), ("08:01", Verdict.FAIL)]
)
def test_the_first_row_may_be_so_late(tmp_path: Path, first: str, verdict: Verdict) -> None:
    file = orders(
        tmp_path,
        f"(1, '2026-02-01', '2026-02-01 {first}+00', ''), (2, '2026-02-01', '2026-02-01 23:00+00', '')",
    )
    assert result(file, ON_TIME).verdict is verdict


def test_no_row_is_late_only_after_its_time(tmp_path: Path) -> None:
    file = orders(tmp_path, "(1, '2026-01-01', '2026-01-01 06:00+00', '')")
    assert result(file, ON_TIME, now=datetime(2026, 2, 1, 7, tzinfo=UTC)).verdict is Verdict.NOT_DUE
    assert result(file, ON_TIME, now=datetime(2026, 2, 1, 9, tzinfo=UTC)).verdict is Verdict.FAIL


def test_data_may_be_due_on_the_next_day(tmp_path: Path) -> None:
    file = orders(tmp_path, "(1, '2026-02-01', '2026-02-02 06:10+00', '')")
    assert result(file, ON_TIME).verdict is Verdict.FAIL
    assert result(file, ON_TIME + "day-offset=1").verdict is Verdict.PASS


def test_a_day_without_a_run_is_not_due(tmp_path: Path) -> None:
    weekly = ON_TIME.replace("0 6 * * *", "0 6 * * mon")
    assert result(orders(tmp_path, THREE), weekly).verdict is Verdict.NOT_DUE  # 2026-02-01 is a Sunday


@pytest.mark.parametrize(
    ("day", "first", "verdict"),
    [
        (date(2026, 3, 7), "2026-03-07 11:10+00", Verdict.PASS),  # 6:10 in New York, still winter
        (date(2026, 3, 8), "2026-03-08 10:10+00", Verdict.PASS),  # 6:10 on the day the clock went forward
        (date(2026, 3, 8), "2026-03-08 12:10+00", Verdict.FAIL),
        (date(2026, 11, 1), "2026-11-01 12:30+00", Verdict.PASS),  # 7:30 on the day it went back
        (date(2026, 11, 1), "2026-11-01 13:10+00", Verdict.FAIL),
    ],
)
def test_a_schedule_follows_the_clock_of_its_zone(
    tmp_path: Path, day: date, first: str, verdict: Verdict
) -> None:
    file = orders(tmp_path, f"(1, '{day}', '{first}', '')")
    zoned = ON_TIME + 'timezone="America/New_York"'
    assert result(file, zoned, day=day, now=datetime(2026, 12, 1, tzinfo=UTC)).verdict is verdict


def test_a_query_shows_its_rows_and_knows_the_day(tmp_path: Path) -> None:
    file = orders(tmp_path, THREE)
    found = result(
        file,
        'kind="sql"\nquery="select id, status from sales.orders where day = $date and status = \'void\'"',
    )
    assert (found.verdict, found.count("failing")) == (Verdict.FAIL, 1)
    assert found.examples[0].values == (("id", "1"), ("status", "void"))
    assert result(file, 'kind="sql"\nquery="select 1 where false"').verdict is Verdict.PASS


@pytest.mark.parametrize(
    "query",
    [
        "delete from sales.orders returning *",
        "drop table sales.orders",
        "select 1; select 2",
        "copy sales.orders to 'x.csv'",
        "attach 'other.duckdb'",
        "create table memory.main.x as select 1",
        "select * from read_csv('/etc/passwd')",
        "set enable_external_access = true",
        "selec 1",
        "",
    ],
)
def test_a_query_that_does_more_than_read_is_an_error(tmp_path: Path, query: str) -> None:
    file = orders(tmp_path, THREE)
    before = file.read_bytes()
    assert result(file, f"kind='sql'\nquery=\"{query}\"").verdict is Verdict.ERROR
    assert file.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["shop.duckdb"]


def test_completion_without_a_tracker_to_ask_is_an_error(tmp_path: Path) -> None:
    text = '[trackers.phase3]\ncollection="c"\n[health.one]\nkind="completion"\ntracker="phase3"'
    (found,) = report(orders(tmp_path, THREE), text).results
    assert found.verdict is Verdict.ERROR
