"""The repository of the second act: the example pipeline with its remote, its completion documents and its data."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copytree, ignore_patterns

from deployguard.demo.theatre import git
from deployguard.model.errors import UsageError

EXAMPLE = Path(__file__).parents[3] / "examples/nba_pipeline"
_PARTS = (
    "player_game_summary",
    "team_offense_game_summary",
    "team_defense_game_summary",
    "upcoming_player_game_context",
    "upcoming_team_game_context",
)
# Firestore and BigQuery are Google's; the same code asks these files.
_CHANGES = (
    ('store = "firestore"', 'store = "sqlite:///state/completion.sqlite"'),
    ('partition = "game_date"', 'partition = "game_date"\ndatabase = "state/games.duckdb"'),
)


def is_here() -> bool:
    """Tell whether the example lies beside the program: an installed distribution does not hold it."""
    return (EXAMPLE / "deployguard.toml").is_file()


def set_up_pipeline(folder: Path) -> Path:
    """Make the repository in `folder`, pushed to a remote beside it, and return it.

    Raises:
        UsageError: git is not installed, or refuses.
    """
    repository = folder / "pipeline"
    copytree(EXAMPLE, repository, symlinks=True, ignore=ignore_patterns("__pycache__", "*.pyc"))
    at = repository / "deployguard.toml"
    text = at.read_text(encoding="utf-8")
    for old, new in _CHANGES:
        if old not in text:
            raise UsageError(f"demo: {at.name} of the example no longer says {old}")
        text = text.replace(old, new)
    at.write_text(text, encoding="utf-8")
    (repository / ".gitignore").write_text("state/\nmorning.html\n", encoding="utf-8")
    git(folder, "init", "--quiet", "--bare", "--initial-branch", "main", "origin.git")
    git(repository, "init", "--quiet", "--initial-branch", "main")
    git(repository, "remote", "add", "origin", "../origin.git")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "Monday")
    git(repository, "push", "--quiet", "--set-upstream", "origin", "main")
    (repository / "state").mkdir()
    today = datetime.now(UTC).date()
    _write_documents(repository / "state/completion.sqlite", today)
    _write_games(repository / "state/games.duckdb", today)
    return repository


def _write_documents(at: Path, today: date) -> None:
    """Write a week of complete days; three of them were never counted."""
    with closing(sqlite3.connect(at)) as database, database:
        database.execute("CREATE TABLE phase3_completion (date TEXT PRIMARY KEY, document JSON)")
        for back in range(7):
            day = today - timedelta(days=back)
            done = {"status": "success", "completed_at": f"{day}T12:00:00+00:00"}
            counted = 0 if back in {1, 2, 3} else len(_PARTS)
            fields = {**dict.fromkeys(_PARTS, done), "_completed_count": counted, "_triggered": True}
            database.execute(
                "INSERT INTO phase3_completion VALUES (?, ?)", (day.isoformat(), json.dumps(fields))
            )


def _write_games(at: Path, today: date) -> None:
    """Write yesterday's rows, one of them twice."""
    import duckdb

    day = today - timedelta(days=1)
    rows = [(day, name, "0022500701") for name in ("a-doncic", "b-james", "c-curry", "c-curry")]
    with duckdb.connect(str(at)) as database:
        database.execute("CREATE SCHEMA nba_analytics")
        database.execute(
            "CREATE TABLE nba_analytics.player_game_summary (game_date DATE, player_lookup TEXT, game_id TEXT)"
        )
        database.executemany("INSERT INTO nba_analytics.player_game_summary VALUES (?, ?, ?)", rows)
