from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from deployguard.pipeline.dates import days_until, today_in

EAST = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 2, 2, 4, 59, tzinfo=UTC), date(2026, 2, 1)),
        (datetime(2026, 2, 2, 5, 0, tzinfo=UTC), date(2026, 2, 2)),
        # Clocks go forward on 8 March 2026 at 07:00 UTC, and back on 1 November at 06:00 UTC.
        (datetime(2026, 3, 8, 4, 59, tzinfo=UTC), date(2026, 3, 7)),
        (datetime(2026, 3, 9, 3, 59, tzinfo=UTC), date(2026, 3, 8)),
        (datetime(2026, 3, 9, 4, 0, tzinfo=UTC), date(2026, 3, 9)),
        (datetime(2026, 11, 2, 4, 59, tzinfo=UTC), date(2026, 11, 1)),
        (datetime(2026, 11, 2, 5, 0, tzinfo=UTC), date(2026, 11, 2)),
    ],
)
def test_the_day_is_that_of_the_zone(moment: datetime, day: date) -> None:
    assert today_in(EAST, moment) == day


def test_a_moment_without_a_zone_says_no_day() -> None:
    with pytest.raises(ValueError, match="time zone"):
        today_in(EAST, datetime(2026, 2, 1, 12))


@pytest.mark.parametrize("days", [1, 7, 365])
def test_every_day_once_over_both_changes_of_the_clock(days: int) -> None:
    found = days_until(date(2026, 11, 3), days)
    assert len(set(found)) == len(found) == days
    assert found[-1] == date(2026, 11, 3)
    assert {later - earlier for earlier, later in pairwise(found)} <= {timedelta(days=1)}
