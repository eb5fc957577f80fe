"""What phase 2 leaves for phase 3. Raw tables may hold duplicates: `loaded_at` says which row came first."""

from __future__ import annotations

from shared.tables.store import Column, TableSchema

PLAYER_BOXSCORES = TableSchema(
    name="nba_raw.player_boxscores",
    columns=(
        Column("game_date", "DATE"),
        Column("game_id", "STRING"),
        Column("player_lookup", "STRING"),
        Column("loaded_at", "STRING"),
        Column("team_abbr", "STRING"),
        Column("opponent_abbr", "STRING"),
        Column("minutes", "INT64"),
        Column("points", "INT64"),
        Column("rebounds", "INT64"),
        Column("assists", "INT64"),
        Column("fg_attempted", "INT64"),
        Column("ft_attempted", "INT64"),
    ),
    primary_key=("game_date", "game_id", "player_lookup"),
)

TEAM_BOXSCORES = TableSchema(
    name="nba_raw.team_boxscores",
    columns=(
        Column("game_date", "DATE"),
        Column("game_id", "STRING"),
        Column("team_abbr", "STRING"),
        Column("loaded_at", "STRING"),
        Column("opponent_abbr", "STRING"),
        Column("points", "INT64"),
        Column("fg_attempted", "INT64"),
        Column("ft_attempted", "INT64"),
        Column("offensive_rebounds", "INT64"),
        Column("turnovers", "INT64"),
    ),
    primary_key=("game_date", "game_id", "team_abbr"),
)

SCHEDULE = TableSchema(
    name="nba_raw.schedule",
    columns=(
        Column("game_date", "DATE"),
        Column("game_id", "STRING"),
        Column("home_team_abbr", "STRING"),
        Column("away_team_abbr", "STRING"),
    ),
    primary_key=("game_date", "game_id"),
)
