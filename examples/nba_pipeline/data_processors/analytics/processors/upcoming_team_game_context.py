from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from shared.tables.store import Column, Row, TableSchema

from data_processors.analytics.processor import AnalyticsProcessor
from data_processors.analytics.raw_tables import SCHEDULE

_WEEK = timedelta(days=7)


class UpcomingTeamGameContext(AnalyticsProcessor):
    name = "upcoming_team_game_context"
    table = TableSchema(
        name="nba_analytics.upcoming_team_game_context",
        columns=(
            Column("game_date", "DATE"),
            Column("game_id", "STRING"),
            Column("team_abbr", "STRING"),
            Column("opponent_abbr", "STRING"),
            Column("is_home", "INT64"),
            Column("games_last_week", "INT64"),
            Column("rest_days", "INT64"),
        ),
        primary_key=("game_date", "team_abbr", "game_id"),
    )

    def calculate(self, game_date: date) -> Sequence[Row]:
        today = self.read(SCHEDULE, game_date, game_date)
        week = self.read(SCHEDULE, game_date - _WEEK, game_date - timedelta(days=1))
        return [_context(game, side, week) for game in today for side in ("home", "away")]


def _context(game: Row, side: str, week: Sequence[Row]) -> Row:
    other = "away" if side == "home" else "home"
    team = game[f"{side}_team_abbr"]
    played = [row for row in week if team in (row["home_team_abbr"], row["away_team_abbr"])]
    return {
        "game_date": game["game_date"],
        "game_id": game["game_id"],
        "team_abbr": team,
        "opponent_abbr": game[f"{other}_team_abbr"],
        "is_home": int(side == "home"),
        "games_last_week": len(played),
        "rest_days": _rest(game, played),
    }


def _rest(game: Row, played: Sequence[Row]) -> int | None:
    """Whole days without a game before this one; unknown beyond a week."""
    if not played:
        return None
    today, last = game["game_date"], played[-1]["game_date"]
    if not isinstance(today, date) or not isinstance(last, date):
        raise TypeError("game_date is not a date")
    return (today - last).days - 1
