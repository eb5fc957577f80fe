from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from shared.config.environment import Environment, MissingSetting
from shared.documents.choose import open_documents
from shared.documents.in_sqlite import SqliteDocuments
from shared.messages.by_push import PushPublisher
from shared.messages.choose import open_publisher
from shared.messages.in_jsonl import JsonlPublisher
from shared.moments import calendar_date
from shared.structured_logs import CloudLoggingFormatter, with_fields
from shared.tables.choose import open_tables
from shared.tables.in_duckdb import DuckdbTables


def test_without_a_project_nothing_is_guessed() -> None:
    with pytest.raises(MissingSetting, match="GCP_PROJECT_ID"):
        Environment.read({"GCP_PROJECT_ID": ""})


def test_the_defaults_are_production() -> None:
    assert Environment.read({"GCP_PROJECT_ID": "p"}) == Environment("p", "firestore://", "bigquery://", "pubsub://")


def test_urls_choose_the_stores(tmp_path: Path) -> None:
    assert isinstance(open_documents(f"sqlite://{tmp_path}/d.sqlite", "p"), SqliteDocuments)
    assert isinstance(open_tables(f"duckdb://{tmp_path}/t.duckdb", "p"), DuckdbTables)
    assert isinstance(open_publisher(f"jsonl://{tmp_path}/m.jsonl", "p"), JsonlPublisher)
    assert isinstance(open_publisher("push://127.0.0.1:8081", "p"), PushPublisher)


@pytest.mark.parametrize("choose", [open_documents, open_tables, open_publisher])
def test_an_unknown_store_is_named(choose: object) -> None:
    assert callable(choose)
    with pytest.raises(ValueError, match=r"_URL: no .* is called 'mongo'"):
        choose("mongo://x", "p")


@pytest.mark.parametrize("text", ["2026-2-1", "2026-W05-1", "20260201", "2026-02-30", "", None, 20260201, "２０２６-02-01"])
def test_a_date_has_one_spelling(text: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        calendar_date(text)


def test_a_log_line_is_an_object_that_cloud_logging_reads() -> None:
    record = logging.getLogger("x").makeRecord(
        "x", logging.WARNING, "f", 1, "said %s", ("ä",), None, extra=with_fields(game_date="2026-02-01", message="no")
    )
    entry = json.loads(CloudLoggingFormatter().format(record))
    assert (entry["severity"], entry["message"], entry["game_date"]) == ("WARNING", "said ä", "2026-02-01")
    assert entry["time"].endswith("+00:00")


def test_a_trace_stands_in_the_message() -> None:
    try:
        raise ZeroDivisionError("why")
    except ZeroDivisionError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.getLogger("x").makeRecord("x", logging.ERROR, "f", 1, "failed", (), info)
    message = json.loads(CloudLoggingFormatter().format(record))["message"]
    assert message.startswith("failed\nTraceback")
    assert message.endswith("ZeroDivisionError: why")
