"""`deployguard morning`: every part is asked, one that cannot be asked hides no other, and the worst decides."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tests.cli.running import Shell
from tests.emulator.clients import Clients
from tests.emulator.conftest import cloud, served
from tests.repositories import git, make_repository, sample_files

pytestmark = pytest.mark.slow

__all__ = ["cloud", "served"]

REPOSITORY = """-- deployguard.toml --
[project]
id = "demo-project"
region = "us-west2"

[services.not-deployed-yet]
kind = "run"
dockerfile = "Dockerfile"

[trackers.phase3]
store = "sqlite:///state/completion.sqlite"
collection = "phase3_completion"
expected = ["invoice"]
optional = true

[health.orders-come-once]
kind = "unique"
table = "orders"
key = ["id"]
partition = "day"
database = "state/orders.duckdb"
-- Dockerfile --
FROM python:3.11-slim
COPY main.py .
CMD ["python", "main.py"]
-- main.py --
print("hello")
"""


@pytest.fixture
def shell(
    tmp_path: Path, cloud: Clients, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    monkeypatch.setenv("DEPLOYGUARD_ENDPOINT", cloud.address)
    folder = make_repository(tmp_path / "here", sample_files(REPOSITORY))
    (folder / "state").mkdir()
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    with duckdb.connect(str(folder / "state/orders.duckdb")) as database:
        database.execute("CREATE TABLE orders AS SELECT 1 AS id, ?::DATE AS day", [yesterday])
    with closing(sqlite3.connect(folder / "state/completion.sqlite")) as documents, documents:
        documents.execute("CREATE TABLE phase3_completion (date TEXT PRIMARY KEY, document JSON)")
        text = json.dumps({"invoice": {}, "_completed_count": 0, "_triggered": True})
        documents.execute("INSERT INTO phase3_completion VALUES (?, ?)", (yesterday.isoformat(), text))
    return Shell(folder, capsys)


def test_three_parts_and_one_exit_code(shell: Shell) -> None:
    ran = shell("morning", "--output-format", "json", "--html", str(shell.folder / "morning.html"))
    assert ran.code == 1, ran
    assert ran.value["drift"]["services"][0]["verdict"] == "missing"
    assert ran.value["health"]["results"][0]["verdict"] == "pass"
    assert ran.value["reconcile"]["summary"]["issues"] == 1
    page = (shell.folder / "morning.html").read_text()
    assert all(word in page for word in ("not-deployed-yet", "orders-come-once", "COUNT MISMATCH"))


def test_findings_of_the_scheduled_job_are_no_failure(shell: Shell) -> None:
    assert shell("morning", "--exit-zero").code == 0


def test_a_part_that_cannot_be_asked_hides_no_other(shell: Shell) -> None:
    (shell.folder / "state/completion.sqlite").unlink()
    ran = shell("morning", "--exit-zero")
    assert ran.code == 2, ran
    assert "orders-come-once" in ran.out
    assert "missing" in ran.out


def test_what_is_not_configured_is_not_asked(shell: Shell) -> None:
    at = shell.folder / "deployguard.toml"
    at.write_text(at.read_text().partition("[trackers")[0])
    git(shell.folder, "commit", "--quiet", "--all", "--message", "Less")
    ran = shell("morning", "--output-format", "json")
    assert (ran.value["health"], ran.value["reconcile"]) == (None, None)


def test_the_gate_looks_at_the_verdicts_of_the_same_morning(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One picture of what runs: no second asking that may come out differently, or take as long to fail."""
    at = shell.folder / "deployguard.toml"
    at.write_text(at.read_text().replace("optional = true", 'written-by = ["not-deployed-yet"]'))
    git(shell.folder, "commit", "--quiet", "--all", "--message", "Gate")
    seen = shell("morning", "--output-format", "json").value
    reason = f"not-deployed-yet: missing: {seen['drift']['services'][0]['reason']}"
    assert seen["reconcile"]["gate"][0]["reasons"] == [reason]
    monkeypatch.setenv("DEPLOYGUARD_ENDPOINT", "no address")
    blind = shell("morning", "--output-format", "json").value
    assert blind["failed"][0]["part"] == "drift"
    assert blind["reconcile"]["gate"][0]["reasons"] == [blind["failed"][0]["reason"]]
