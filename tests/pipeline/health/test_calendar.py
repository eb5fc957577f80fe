"""A day without data expected is not due; a calendar that does not know the day is an error."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from deployguard.model.health import Verdict
from deployguard.pipeline.expected_days import weekdays
from deployguard.pipeline.health.cron import parse_cron
from deployguard.pipeline.health.days import Day
from tests.pipeline.health.tables import made, report, result

VOLUME = 'kind="volume"\ntable="sales.orders"\nmin=1\n'
TABLES = (
    "create table sales.orders (id int)",
    "create table sales.days (d date, t text)",
    "insert into sales.days values ('2026-02-02', '2026-02-02')",
)


@pytest.mark.parametrize(
    "calendar",
    [
        'expects="mon-fri"',
        'calendar="days.txt"',
        'calendar="select d from sales.days"',
        'calendar="select t from sales.days where d = $date"',
        'calendar={table="sales.days", column="d"}',
        'calendar={table="sales.days", column="t"}',
    ],
)
def test_only_days_of_the_calendar_are_due(tmp_path: Path, calendar: str) -> None:
    file = made(tmp_path, *TABLES)
    files = {"days.txt": "# days\n2026-01-30\n2026-02-02 # Monday\n"}
    found = report(
        file,
        f"[health.one]\n{VOLUME}{calendar}",
        day=date(2026, 2, 2),
        days=2,
        files=files,
        now=datetime(2026, 3, 1, tzinfo=UTC),
    )
    assert [one.verdict for one in found.results] == [Verdict.NOT_DUE, Verdict.FAIL]
    assert [one.date for one in found.results] == [date(2026, 2, 1), date(2026, 2, 2)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-01-01\n", "knows the days from"),
        ("2026-13-01\n", "days.txt:1"),
        ("# none\n", "has no date"),
        (None, "not in this tree"),
    ],
)
def test_a_file_that_does_not_tell(tmp_path: Path, text: str | None, said: str) -> None:
    files = {} if text is None else {"days.txt": text}
    found = result(made(tmp_path, *TABLES), VOLUME + 'calendar="days.txt"', files=files)
    assert found.verdict is Verdict.ERROR
    assert said in found.reason


def test_a_file_may_say_until_when_it_knows(tmp_path: Path) -> None:
    files = {"days.txt": "2026-01-01\nuntil 2026-03-01\n"}
    assert (
        result(made(tmp_path, *TABLES), VOLUME + 'calendar="days.txt"', files=files).verdict
        is Verdict.NOT_DUE
    )


def test_days_of_the_week() -> None:
    assert weekdays("sat-mon,wed") == {"sat", "sun", "mon", "wed"}


def test_yesterday_is_that_of_the_zone(tmp_path: Path) -> None:
    text = f'[health.east]\n{VOLUME}timezone="Pacific/Auckland"\n[health.west]\n{VOLUME}timezone="Pacific/Honolulu"'
    found = report(made(tmp_path, *TABLES), text, day=None, now=datetime(2026, 2, 2, 12, tzinfo=UTC))
    assert [one.date for one in found.results] == [date(2026, 2, 2), date(2026, 2, 1)]


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 2, 1), 24)]
)
def test_a_day_has_the_hours_that_it_has(day: date, hours: int) -> None:
    one = Day(day, ZoneInfo("America/New_York"))
    assert (one.end - one.start).total_seconds() == hours * 3600


@pytest.mark.parametrize(
    ("text", "day", "runs"),
    [
        ("0 6 * * *", date(2026, 2, 1), True),
        ("0 6 * * mon-fri", date(2026, 2, 1), False),
        ("0 6 * * 7", date(2026, 2, 1), True),
        ("0 6 * * fri-sun", date(2026, 2, 1), True),
        ("0 6 1 * mon", date(2026, 2, 1), True),  # either kind of day is enough
        ("0 6 2 feb *", date(2026, 2, 1), False),
        ("0 6 */2 * *", date(2026, 2, 3), True),
    ],
)
def test_a_schedule_runs_on_its_days(text: str, day: date, runs: bool) -> None:
    assert parse_cron(text).runs_on(day) is runs


def test_the_first_run_of_a_day() -> None:
    assert parse_cron("30,15 8-18/2 * * *").first.isoformat() == "08:15:00"


@pytest.mark.parametrize(
    "text", ["0 6 * *", "60 * * * *", "a * * * *", "*/0 * * * *", "5-1 * * * *", "² * * * *"]
)
def test_what_is_no_schedule_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        parse_cron(text)
