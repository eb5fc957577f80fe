"""The processors of phase 3: a literal list, so that nothing is found by accident or forgotten in silence."""

from __future__ import annotations

from data_processors.analytics.processor import AnalyticsProcessor
from data_processors.analytics.processors.player_game_summary import PlayerGameSummary
from data_processors.analytics.processors.team_defense_game_summary import TeamDefenseGameSummary
from data_processors.analytics.processors.team_offense_game_summary import TeamOffenseGameSummary
from data_processors.analytics.processors.upcoming_player_game_context import UpcomingPlayerGameContext
from data_processors.analytics.processors.upcoming_team_game_context import UpcomingTeamGameContext

PROCESSORS: tuple[type[AnalyticsProcessor], ...] = (
    PlayerGameSummary,
    TeamOffenseGameSummary,
    TeamDefenseGameSummary,
    UpcomingPlayerGameContext,
    UpcomingTeamGameContext,
)
