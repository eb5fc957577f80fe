"""Invented box scores: the same for the same date, with one row loaded twice, as raw data will have it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

from data_processors.analytics.raw_tables import PLAYER_BOXSCORES, SCHEDULE, TEAM_BOXSCORES
from shared.tables.store import PartitionWrite, Row

_TEAMS = ("ATL", "BOS", "DEN", "LAL", "MIA", "NYK")
_PLAYERS = 8


def raw_day(day: date) -> Iterator[PartitionWrite]:
    dice = random.Random(day.toordinal())
    teams = dice.sample(_TEAMS, len(_TEAMS))
    games = [(f"{day:%Y%m%d}-{home}", home, away) for home, away in zip(teams[::2], teams[1::2], strict=True)]
    sides = [(game, *pair) for game, home, away in games for pair in ((home, away), (away, home))]
    players = [_player(dice, day, side, number) for side in sides for number in range(_PLAYERS)]
    players.append({**players[0], "loaded_at": "2"})
    schedule = [_game(day, game) for game in games]
    yield PartitionWrite(SCHEDULE, day, schedule, fence=0)
    yield PartitionWrite(TEAM_BOXSCORES, day, [_team(dice, day, side) for side in sides], fence=0)
    yield PartitionWrite(PLAYER_BOXSCORES, day, players, fence=0)


def _game(day: date, game: tuple[str, str, str]) -> Row:
    game_id, home, away = game
    return {"game_date": day, "game_id": game_id, "home_team_abbr": home, "away_team_abbr": away}


def _team(dice: random.Random, day: date, side: tuple[str, str, str]) -> Row:
    return {
        **_common(day, side),
        "points": dice.randint(90, 130),
        "fg_attempted": dice.randint(80, 95),
        "ft_attempted": dice.randint(15, 30),
        "offensive_rebounds": dice.randint(6, 14),
        "turnovers": dice.randint(8, 18),
    }


def _player(dice: random.Random, day: date, side: tuple[str, str, str], number: int) -> Row:
    return {
        **_common(day, side),
        "player_lookup": f"{side[1].lower()}player{number}",
        "minutes": dice.randint(10, 40),
        "points": dice.randint(0, 35),
        "rebounds": dice.randint(0, 14),
        "assists": dice.randint(0, 12),
        "fg_attempted": dice.randint(1, 25),
        "ft_attempted": dice.randint(0, 10),
    }


def _common(day: date, side: tuple[str, str, str]) -> dict[str, object]:
    game_id, team, opponent = side
    return {
        "game_date": day,
        "game_id": game_id,
        "loaded_at": "1",
        "team_abbr": team,
        "opponent_abbr": opponent,
    }
