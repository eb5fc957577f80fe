from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from shared.tables.store import Column, Row, TableSchema

from data_processors.analytics.numbers import mean
from data_processors.analytics.processor import AnalyticsProcessor
from data_processors.analytics.raw_tables import PLAYER_BOXSCORES, SCHEDULE

_HISTORY = timedelta(days=14)


class UpcomingPlayerGameContext(AnalyticsProcessor):
    name = "upcoming_player_game_context"
    table = TableSchema(
        name="nba_analytics.upcoming_player_game_context",
        columns=(
            Column("game_date", "DATE"),
            Column("game_id", "STRING"),
            Column("player_lookup", "STRING"),
            Column("team_abbr", "STRING"),
            Column("recent_games", "INT64"),
            Column("recent_points", "FLOAT64"),
            Column("recent_minutes", "FLOAT64"),
        ),
        primary_key=("game_date", "player_lookup", "game_id"),
    )

    def calculate(self, game_date: date) -> Sequence[Row]:
        games = self.read(SCHEDULE, game_date, game_date)
        history = self.read(PLAYER_BOXSCORES, game_date - _HISTORY, game_date - timedelta(days=1))
        players = _by_player(history)
        return [
            _context(game, games_of) for game in games for games_of in players if _plays(games_of[-1], game)
        ]


def _by_player(history: Sequence[Row]) -> list[list[Row]]:
    """In reading order, so that a player's last game stands last."""
    players: dict[object, list[Row]] = defaultdict(list)
    for row in history:
        players[row["player_lookup"]].append(row)
    return [players[name] for name in sorted(players, key=str)]


def _plays(last_game: Row, game: Row) -> bool:
    return last_game["team_abbr"] in (game["home_team_abbr"], game["away_team_abbr"])


def _context(game: Row, history: Sequence[Row]) -> Row:
    return {
        "game_date": game["game_date"],
        "game_id": game["game_id"],
        "player_lookup": history[-1]["player_lookup"],
        "team_abbr": history[-1]["team_abbr"],
        "recent_games": len(history),
        "recent_points": mean(history, "points"),
        "recent_minutes": mean(history, "minutes"),
    }
