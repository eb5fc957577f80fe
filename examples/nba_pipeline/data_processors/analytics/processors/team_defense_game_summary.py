from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from shared.tables.store import Column, Row, TableSchema

from data_processors.analytics.numbers import number, possessions, ratio
from data_processors.analytics.processor import AnalyticsProcessor
from data_processors.analytics.raw_tables import TEAM_BOXSCORES


class TeamDefenseGameSummary(AnalyticsProcessor):
    name = "team_defense_game_summary"
    table = TableSchema(
        name="nba_analytics.team_defense_game_summary",
        columns=(
            Column("game_date", "DATE"),
            Column("game_id", "STRING"),
            Column("team_abbr", "STRING"),
            Column("opponent_abbr", "STRING"),
            Column("points_allowed", "INT64"),
            Column("turnovers_forced", "INT64"),
            Column("defensive_rating", "FLOAT64"),
        ),
        primary_key=("game_date", "team_abbr", "game_id"),
    )

    def calculate(self, game_date: date) -> Sequence[Row]:
        return [_summary(row) for row in self.read(TEAM_BOXSCORES, game_date, game_date)]


def _summary(opponent: Row) -> Row:
    """A team's defence is what the other team's row says."""
    return {
        "game_date": opponent["game_date"],
        "game_id": opponent["game_id"],
        "team_abbr": opponent["opponent_abbr"],
        "opponent_abbr": opponent["team_abbr"],
        "points_allowed": opponent["points"],
        "turnovers_forced": opponent["turnovers"],
        "defensive_rating": ratio(100 * number(opponent, "points"), possessions(opponent)),
    }
