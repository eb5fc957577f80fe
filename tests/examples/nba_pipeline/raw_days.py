"""A few raw rows, small enough to check by head."""

from __future__ import annotations

from datetime import date

from data_processors.analytics.raw_tables import PLAYER_BOXSCORES, SCHEDULE, TEAM_BOXSCORES
from shared.tables.store import PartitionWrite, Row, TableSchema, TableStore

DAY = date(2026, 2, 1)


def load(tables: TableStore, day: date = DAY) -> None:
    """Two days before `day`, and `day` itself with one box score loaded twice."""
    for played, game in ((date(2026, 1, 29), "g1"), (day, "g2")):
        players = [
            _player(played, game, "ann", points=20),
            _player(played, game, "ann", points=99, loaded_at="later"),
            _player(played, game, "bob", team="LAL", points=10),
        ]
        _write(tables, PLAYER_BOXSCORES, played, players)
        _write(tables, TEAM_BOXSCORES, played, [_team(played, game, "BOS", 110), _team(played, game, "LAL", 99)])
        schedule = {"game_date": played, "game_id": game, "home_team_abbr": "BOS", "away_team_abbr": "LAL"}
        _write(tables, SCHEDULE, played, [schedule])


def _write(tables: TableStore, table: TableSchema, day: date, rows: list[Row]) -> None:
    tables.replace_partition(PartitionWrite(table, day, rows, fence=1))


def _player(day: date, game: str, name: str, *, team: str = "BOS", points: int, loaded_at: str = "first") -> Row:
    return {
        "game_date": day,
        "game_id": game,
        "player_lookup": name,
        "loaded_at": loaded_at,
        "team_abbr": team,
        "opponent_abbr": "LAL" if team == "BOS" else "BOS",
        "minutes": 30,
        "points": points,
        "rebounds": 5,
        "assists": 4,
        "fg_attempted": 14,
        "ft_attempted": 25,
    }


def _team(day: date, game: str, team: str, points: int) -> Row:
    return {
        "game_date": day,
        "game_id": game,
        "team_abbr": team,
        "loaded_at": "first",
        "opponent_abbr": "LAL" if team == "BOS" else "BOS",
        "points": points,
        "fg_attempted": 88,
        "ft_attempted": 25,
        "offensive_rebounds": 10,
        "turnovers": 11,
    }
