from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from shared.tables.store import Column, Row, TableSchema

from data_processors.analytics.numbers import number, ratio
from data_processors.analytics.processor import AnalyticsProcessor
from data_processors.analytics.raw_tables import PLAYER_BOXSCORES


class PlayerGameSummary(AnalyticsProcessor):
    name = "player_game_summary"
    table = TableSchema(
        name="nba_analytics.player_game_summary",
        columns=(
            Column("game_date", "DATE"),
            Column("game_id", "STRING"),
            Column("player_lookup", "STRING"),
            Column("team_abbr", "STRING"),
            Column("opponent_abbr", "STRING"),
            Column("minutes", "INT64"),
            Column("points", "INT64"),
            Column("rebounds", "INT64"),
            Column("assists", "INT64"),
            Column("true_shooting", "FLOAT64"),
        ),
        primary_key=("game_date", "player_lookup", "game_id"),
    )

    def calculate(self, game_date: date) -> Sequence[Row]:
        return [_summary(row) for row in self.read(PLAYER_BOXSCORES, game_date, game_date)]


def _summary(row: Row) -> Row:
    attempts = number(row, "fg_attempted") + 0.44 * number(row, "ft_attempted")
    kept = {name: row[name] for name in PlayerGameSummary.table.column_names if name in row}
    return {**kept, "true_shooting": ratio(number(row, "points"), 2 * attempts)}
