from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from data_processors.analytics.processor import AnalyticsProcessor, Surroundings
from data_processors.analytics.processors import PROCESSORS
from data_processors.analytics.processors.player_game_summary import PlayerGameSummary
from data_processors.analytics.processors.team_defense_game_summary import TeamDefenseGameSummary
from data_processors.analytics.processors.team_offense_game_summary import TeamOffenseGameSummary
from data_processors.analytics.processors.upcoming_player_game_context import UpcomingPlayerGameContext
from data_processors.analytics.processors.upcoming_team_game_context import UpcomingTeamGameContext
from data_processors.analytics.validation import InvalidRows
from shared.config.phase3_config import Phase3Config
from shared.documents.in_sqlite import SqliteDocuments
from shared.locks.lease import LockLost
from shared.locks.processing_lock import LockHeld, ProcessingLocks
from shared.tables.in_duckdb import DuckdbTables
from shared.tables.store import PartitionWrite, Row, StaleFence

from tests.examples.nba_pipeline.deliveries import ManualClock, RecordingPublisher
from tests.examples.nba_pipeline.raw_days import DAY

pytestmark = pytest.mark.slow


@pytest.fixture
def published() -> RecordingPublisher:
    return RecordingPublisher()


@pytest.fixture
def around(
    loaded: DuckdbTables, sqlite_documents: SqliteDocuments, published: RecordingPublisher, config: Phase3Config
) -> Surroundings:
    locks = ProcessingLocks(sqlite_documents, config.lock_collection, config.lease_seconds)
    return Surroundings(loaded, locks, published, config.completed_topic, ManualClock())


def test_player_game_summary(around: Surroundings) -> None:
    ann, bob = _run(PlayerGameSummary(around))
    assert ann == {
        "game_date": DAY,
        "game_id": "g2",
        "player_lookup": "ann",
        "team_abbr": "BOS",
        "opponent_abbr": "LAL",
        "minutes": 30,
        "points": 20,
        "rebounds": 5,
        "assists": 4,
        "true_shooting": 0.4,
    }
    assert (bob["player_lookup"], bob["true_shooting"]) == ("bob", 0.2)


def test_team_offense_game_summary(around: Surroundings) -> None:
    boston, _ = _run(TeamOffenseGameSummary(around))
    assert (boston["team_abbr"], boston["possessions"], boston["offensive_rating"]) == ("BOS", 100.0, 110.0)


def test_team_defense_game_summary(around: Surroundings) -> None:
    boston, _ = _run(TeamDefenseGameSummary(around))
    assert (boston["team_abbr"], boston["points_allowed"], boston["defensive_rating"]) == ("BOS", 99, 99.0)


def test_upcoming_player_game_context(around: Surroundings) -> None:
    ann, bob = _run(UpcomingPlayerGameContext(around))
    assert ann == {
        "game_date": DAY,
        "game_id": "g2",
        "player_lookup": "ann",
        "team_abbr": "BOS",
        "recent_games": 1,
        "recent_points": 20.0,
        "recent_minutes": 30.0,
    }
    assert bob["team_abbr"] == "LAL"


def test_upcoming_team_game_context(around: Surroundings) -> None:
    boston, _ = _run(UpcomingTeamGameContext(around))
    assert boston == {
        "game_date": DAY,
        "game_id": "g2",
        "team_abbr": "BOS",
        "opponent_abbr": "LAL",
        "is_home": 1,
        "games_last_week": 1,
        "rest_days": 2,
    }


def test_a_run_publishes_its_completion(around: Surroundings, published: RecordingPublisher) -> None:
    PlayerGameSummary(around).run(DAY, "c-1")
    (message,) = published.messages
    assert (message.topic, message.attributes) == (
        "nba-phase3-analytics-complete",
        {"processor": "player_game_summary", "correlation_id": "c-1"},
    )
    assert message.payload == {
        "processor": "player_game_summary",
        "game_date": "2026-02-01",
        "status": "success",
        "completed_at": "2026-02-02T09:00:00.000000+00:00",
        "correlation_id": "c-1",
        "record_count": 2,
    }


@pytest.mark.parametrize("kind", PROCESSORS, ids=lambda kind: str(kind.name))
def test_a_second_run_leaves_the_same_rows(around: Surroundings, kind: type[AnalyticsProcessor]) -> None:
    first = _run(kind(around))
    assert first
    assert _run(kind(around)) == first


@pytest.mark.parametrize("kind", PROCESSORS, ids=lambda kind: str(kind.name))
def test_a_date_without_data_is_done_too(
    around: Surroundings, kind: type[AnalyticsProcessor], published: RecordingPublisher
) -> None:
    completion = kind(around).run(date(2025, 7, 1), "c")
    assert (completion.status, completion.record_count) == ("no_data", 0)
    assert published.messages[0].payload["status"] == "no_data"


class Odd(PlayerGameSummary):
    """Computes whatever it is told to."""

    rows: Sequence[Row] = ()

    def calculate(self, game_date: date) -> Sequence[Row]:
        return self.rows


@pytest.fixture
def good_row(around: Surroundings) -> Row:
    return PlayerGameSummary(around).calculate(DAY)[0]


def test_duplicates_are_dropped_before_writing_first_wins(
    around: Surroundings, good_row: Row, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    processor = Odd(around)
    processor.rows = [good_row, {**good_row, "points": 0}]
    assert _run(processor) == [good_row]
    assert [record.message for record in caplog.records if record.levelno == logging.WARNING] == ["Duplicates dropped"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"player_lookup": None}, "no value for player_lookup"),
        ({"player_lookup": ""}, "no value for player_lookup"),
        ({"game_date": date(2026, 1, 1)}, "game_date is 2026-01-01"),
        ({"surplus": 1}, "columns differ: surplus"),
    ],
)
def test_invalid_rows_are_neither_written_nor_announced(
    around: Surroundings, good_row: Row, published: RecordingPublisher, change: Row, reason: str
) -> None:
    processor = Odd(around)
    processor.rows = [good_row, {**good_row, **change}]
    with pytest.raises(InvalidRows, match=f"1 of 2 rows: row 1: {reason}"):
        processor.run(DAY, "c")
    assert around.tables.read(processor.table, DAY, DAY) == []
    assert published.messages == []
    _run(PlayerGameSummary(around))


def test_a_run_while_another_holds_the_lock_touches_nothing(
    around: Surroundings, published: RecordingPublisher
) -> None:
    with around.locks.hold(f"player_game_summary:{DAY}"), pytest.raises(LockHeld):
        PlayerGameSummary(around).run(DAY, "c")
    assert around.tables.read(PlayerGameSummary.table, DAY, DAY) == []
    assert published.messages == []


def test_other_dates_and_processors_are_free_meanwhile(around: Surroundings) -> None:
    with around.locks.hold(f"player_game_summary:{DAY}"):
        PlayerGameSummary(around).run(date(2026, 1, 29), "c")
        TeamOffenseGameSummary(around).run(DAY, "c")


class Sleeper(Odd):
    """Its process stands still while it calculates, and others pass by."""

    elapsed = 0.0

    def calculate(self, game_date: date) -> Sequence[Row]:
        self.elapsed = 1000.0
        return self.rows


def test_a_lost_lease_is_noticed_before_writing(around: Surroundings, good_row: Row) -> None:
    sleeper: list[Sleeper] = []
    locks = replace(around.locks, monotonic=lambda: sleeper[0].elapsed)
    sleeper.append(Sleeper(replace(around, locks=locks)))
    sleeper[0].rows = [good_row]
    with pytest.raises(LockLost):
        sleeper[0].run(DAY, "c")
    assert around.tables.read(PlayerGameSummary.table, DAY, DAY) == []


def test_one_that_slept_between_check_and_write_is_stopped_by_the_fence(around: Surroundings) -> None:
    rows = PlayerGameSummary(around).calculate(DAY)
    with around.locks.hold(f"player_game_summary:{DAY}") as old:
        old.ensure_held()
    _run(PlayerGameSummary(around))
    with pytest.raises(StaleFence):
        around.tables.replace_partition(PartitionWrite(PlayerGameSummary.table, DAY, rows[:1], old.fence))
    assert len(around.tables.read(PlayerGameSummary.table, DAY, DAY)) == 2


def _run(processor: AnalyticsProcessor) -> list[Row]:
    completion = processor.run(DAY, "c")
    rows = processor._around.tables.read(processor.table, DAY, DAY)
    assert completion.record_count == len(rows)
    return rows
