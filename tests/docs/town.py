"""A repository that holds everything the pages speak of, pushed, deployed twice to a local cloud of its own."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from google.cloud import monitoring_v3

from tests.emulator.conftest import Served
from tests.release.shop import DOCKERFILE, MAIN
from tests.repositories import git

CONFIGURATION = """\
[project]
id = "demo-project"
region = "us-west2"
registry = "us-west2-docker.pkg.dev/demo-project/shop"
bucket = "demo-bucket"
branch = "main"

[services.orders]
kind = "run"
dockerfile = "orders/Dockerfile"
context = "orders"
identity = { path = "/health", json = { service = "orders" } }

[services.parcels]
kind = "run"
dockerfile = "parcels/Dockerfile"
context = "parcels"

[trackers.phase3]
store = "sqlite:///state/completion.sqlite"
collection = "phase3_completion"
expected = ["invoice", "stock"]
optional = true
written-by = ["orders"]

[health.player-game-duplicates]
kind = "unique"
table = "sales.games"
key = ["id"]
partition = "day"
database = "state/shop.duckdb"

[health.orders-unique]
kind = "unique"
table = "sales.orders"
key = ["id"]
partition = "day"
database = "state/shop.duckdb"

[alerts.orders-errors]
service = "orders"
severity = "ERROR"
channels = ["Data team"]

[schedule.morning]
cron = "0 6 * * *"
timezone = "America/New_York"
command = ["drift", "--strict"]
service-account = "watcher@demo-project.iam.gserviceaccount.com"
image = "us-docker.pkg.dev/cloudrun/container/hello"
"""


def furnished(folder: Path, served: Served) -> dict[str, str]:
    """Build the town in `folder`, and return the environment that points at its cloud."""
    served.start()
    _repository(folder)
    _state(folder / "state")
    served.clients.storage.create_bucket("demo-bucket")
    channel = {"type": "slack", "display_name": "Data team", "labels": {"channel_name": "#data"}}
    channels = served.clients.of(monitoring_v3.NotificationChannelServiceClient)
    channels.create_notification_channel(name="projects/demo-project", notification_channel=channel)
    return {"DEPLOYGUARD_ENDPOINT": served.clients.address}


def next_version(folder: Path, version: str) -> None:
    """Commit another version of both services, and push it."""
    for name in ("orders", "parcels"):
        (folder / name / "main.py").write_text(MAIN.format(version=version, identity=name), encoding="utf-8")
    git(folder, "commit", "--quiet", "--all", "--message", f"Version {version}")
    git(folder, "push", "--quiet")


def _repository(folder: Path) -> None:
    for name in ("orders", "parcels"):
        (folder / name).mkdir(parents=True)
        (folder / name / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
        (folder / name / "main.py").write_text(MAIN.format(version="1", identity=name), encoding="utf-8")
    (folder / "deployguard.toml").write_text(CONFIGURATION, encoding="utf-8")
    (folder / ".gitignore").write_text("state/\nemulator.env\n", encoding="utf-8")
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "init", "--quiet", "--bare", "--initial-branch", "main", "../origin.git")
    git(folder, "remote", "add", "origin", "../origin.git")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Begin")
    git(folder, "push", "--quiet", "--set-upstream", "origin", "main")


def _state(folder: Path) -> None:
    folder.mkdir()
    today = datetime.now(UTC).date().isoformat()
    document = json.dumps({"invoice": {}, "stock": {}, "_completed_count": 1, "_triggered": True})
    with closing(sqlite3.connect(folder / "completion.sqlite")) as documents, documents:
        documents.execute("CREATE TABLE phase3_completion (date TEXT PRIMARY KEY, document JSON)")
        documents.execute("INSERT INTO phase3_completion VALUES (?, ?)", (today, document))
    with duckdb.connect(str(folder / "shop.duckdb")) as tables:
        tables.execute("CREATE SCHEMA sales")
        for name in ("orders", "games"):
            tables.execute(f"CREATE TABLE sales.{name} (id INT, day DATE)")
            tables.execute(f"INSERT INTO sales.{name} VALUES (1, '2026-02-01'), (1, '2026-02-01')")  # noqa: S608
