from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from shared.tables.store import Column, Row, TableSchema

from data_processors.analytics.numbers import number, possessions, ratio
from data_processors.analytics.processor import AnalyticsProcessor
from data_processors.analytics.raw_tables import TEAM_BOXSCORES


class TeamOffenseGameSummary(AnalyticsProcessor):
    name = "team_offense_game_summary"
    table = TableSchema(
        name="nba_analytics.team_offense_game_summary",
        columns=(
            Column("game_date", "DATE"),
            Column("game_id", "STRING"),
            Column("team_abbr", "STRING"),
            Column("opponent_abbr", "STRING"),
            Column("points", "INT64"),
            Column("possessions", "FLOAT64"),
            Column("offensive_rating", "FLOAT64"),
        ),
        primary_key=("game_date", "team_abbr", "game_id"),
    )

    def calculate(self, game_date: date) -> Sequence[Row]:
        return [_summary(row) for row in self.read(TEAM_BOXSCORES, game_date, game_date)]


def _summary(row: Row) -> Row:
    return {
        "game_date": row["game_date"],
        "game_id": row["game_id"],
        "team_abbr": row["team_abbr"],
        "opponent_abbr": row["opponent_abbr"],
        "points": row["points"],
        "possessions": round(possessions(row), 2),
        "offensive_rating": ratio(100 * number(row, "points"), possessions(row)),
    }
