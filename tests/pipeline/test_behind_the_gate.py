"""The gate before a repair, on the emulator: real services with real stamps decide."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from deployguard.gcp.bucket import Bucket
from deployguard.gcp.connection import Connection
from deployguard.journal.overrides import read_overrides
from tests.drift.conftest import site
from tests.drift.site import Site

__all__ = ["site"]

pytestmark = pytest.mark.slow
DAY = "2026-02-01"
WORDS = ("reconcile", "shop", "--date", DAY)
STALE = ("--allow", "stale", "--reason", "the count does not depend on it")


@pytest.fixture
def shop(site: Site) -> Site:
    """Two current services, and a document with a wrong count."""
    at = site.folder / "deployguard.toml"
    text = at.read_text().replace("[trackers.shop]", '[trackers.shop]\nstore = "sqlite:///d.sqlite"')
    site.write("Keep the documents in a file", {"deployguard.toml": text, ".gitignore": "d.sqlite\n"})
    with closing(sqlite3.connect(site.folder / "d.sqlite")) as database, database:
        database.execute("CREATE TABLE shop_completion (date TEXT PRIMARY KEY, document TEXT)")
        document = json.dumps({"orders": {}, "_completed_count": 0})
        database.execute("INSERT INTO shop_completion VALUES (?, ?)", (DAY, document))
    site.everywhere(site.head)
    return site


@pytest.fixture
def bucket(shop: Site) -> Bucket:
    name = f"{shop.project}-state"
    shop.cloud.storage.create_bucket(name)
    return Bucket(Connection(shop.project, shop.cloud.address), name)


def count(shop: Site) -> object:
    with closing(sqlite3.connect(shop.folder / "d.sqlite")) as database:
        (text,) = database.execute("SELECT document FROM shop_completion").fetchone()
    return json.loads(text)["_completed_count"]


def test_current_writers_let_the_repair_in(shop: Site) -> None:
    ran = shop.run(*WORDS, "--fix")
    assert (ran.code, count(shop), ran.err) == (0, 1, "")


def test_a_stale_writer_refuses_it_and_says_what_to_do(shop: Site) -> None:
    shop.commit("Raise", shared__rules_py="LIMIT = 2\n")
    ran = shop.run(*WORDS, "--fix")
    assert (ran.code, count(shop)) == (1, 0)
    assert "not repaired: shop: what writes its documents is not current" in ran.err
    assert "orders: stale: " in ran.err
    assert "deployguard deploy orders" in ran.err
    assert "--allow stale --reason" in ran.err
    assert f"{DAY}: COUNT MISMATCH (actual:1 stored:0)" in ran.out


def test_a_report_says_what_the_gate_would_and_changes_nothing(shop: Site) -> None:
    shop.commit("Raise", shared__rules_py="LIMIT = 2\n")
    ran = shop.run(*WORDS)
    assert (ran.code, count(shop)) == (1, 0)
    assert "gate: shop: what writes its documents is not current" in ran.err


def test_what_was_let_pass_is_on_record_before_it_is_done(shop: Site, bucket: Bucket) -> None:
    shop.commit("Raise", shared__rules_py="LIMIT = 2\n")
    ran = shop.run(*WORDS, "--fix", *STALE, "--output-format", "json")
    assert (ran.code, count(shop)) == (0, 1)
    (gate,) = ran.value["gate"]
    assert (gate["allowed"], gate["passed"]) == (True, ["orders"])
    (kept,) = read_overrides(bucket)
    assert (kept.command, kept.subject, kept.allowed) == ("reconcile shop", "orders", "stale")
    assert kept.reason == STALE[-1]


def test_what_cannot_be_recorded_is_not_done(shop: Site) -> None:
    shop.commit("Raise", shared__rules_py="LIMIT = 2\n")
    assert (shop.run(*WORDS, "--fix", *STALE).code, count(shop)) == (2, 0)


def test_unknown_is_no_permission_and_another_word_does_not_help(shop: Site, bucket: Bucket) -> None:
    shop.fault(effect="deny", on="run.services.list")
    ran = shop.run(*WORDS, "--fix", *STALE)
    assert (ran.code, count(shop), read_overrides(bucket)) == (2, 0, ())
    assert "cannot tell whether what writes its documents is current" in ran.err
    assert shop.run(*WORDS).code == 1  # a report of facts that are certain
    by_name = ("--allow", "unknown", "--reason", "the API is down, the count is safe")
    assert (shop.run(*WORDS, "--fix", *by_name).code, count(shop)) == (0, 1)
    assert {kept.allowed for kept in read_overrides(bucket)} == {"unknown"}


def test_with_nobody_to_ask_nothing_is_repaired(shop: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPLOYGUARD_ENDPOINT", "http://127.0.0.1:9")
    ran = shop.run(*WORDS, "--fix")
    assert (ran.code, count(shop)) == (2, 0)
