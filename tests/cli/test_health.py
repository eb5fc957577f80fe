"""The verb on a DuckDB file beside its configuration."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from deployguard.model.health import HealthReport, Result, Verdict
from deployguard.notify.of_health import told_of_health
from tests.cli.running import Shell

pytestmark = pytest.mark.slow

CONFIGURATION = """
[project]
id = "sample-project"

[health.orders-unique]
kind = "unique"
table = "sales.orders"
key = ["id"]
partition = "day"
database = "shop.duckdb"

[health.orders-volume]
kind = "volume"
table = "sales.orders"
min = 1
partition = "day"
database = "shop.duckdb"
"""


@pytest.fixture
def shop(shell: Shell) -> Shell:
    shell.write("deployguard.toml", CONFIGURATION)
    with duckdb.connect(str(shell.folder / "shop.duckdb")) as database:
        database.execute("create schema sales; create table sales.orders (id int, day date)")
        database.execute(
            "insert into sales.orders values (1, '2026-02-01'), (1, '2026-02-01'), (1, '2026-02-02')"
        )
    return shell


def test_a_day_with_duplicates_fails(shop: Shell) -> None:
    ran = shop("health", "--date", "2026-02-01")
    assert ran.code == 1
    assert "fail     orders-unique  2026-02-01  1 key (id) comes more than once: 1 row too many of" in ran.out
    assert "id=1  (2 rows)" in ran.out
    assert "2 verdicts: 1 fail, 1 pass" in ran.err


def test_a_whole_day_is_clean(shop: Shell) -> None:
    assert shop("health", "--date", "2026-02-02").code == 0


def test_days_are_rows(shop: Shell) -> None:
    ran = shop("health", "--date", "2026-02-03", "--days", "3")
    assert ran.code == 1
    assert ran.out.splitlines()[:4] == [
        "date        orders-unique  orders-volume",
        "2026-02-01  fail           pass",
        "2026-02-02  pass           pass",
        "2026-02-03  pass           fail",
    ]


def test_json_says_all(shop: Shell) -> None:
    value = shop("health", "orders-unique", "--date", "2026-02-01", "--output-format", "json").value
    assert (value["schema"], value["summary"]["fail"]) == (1, 1)
    (found,) = value["results"]
    assert found["counts"] == {"rows": 2, "keys": 1, "surplus": 1}
    assert found["examples"] == [{"values": {"id": "1"}, "count": 2}]
    assert found["seconds"] >= 0


def test_a_page(shop: Shell) -> None:
    assert "<!doctype html>" in shop("health", "--date", "2026-02-01", "--output-format", "html").out


def test_an_error_is_not_a_fail(shop: Shell) -> None:
    ran = shop("health", "--date", "2026-02-01", "--database", "/nowhere/at/all.duckdb")
    assert ran.code == 2
    assert "there is no such DuckDB file" in ran.out


def test_results_are_kept_and_come_back(shop: Shell, tmp_path: Path) -> None:
    for _ in range(2):
        assert "kept as health/" in shop("health", "--days", "2", "--history", str(tmp_path / "kept")).err
    ran = shop("health", "--since", "3d", "--history", str(tmp_path / "kept"))
    assert ran.code == 0
    assert "2 runs kept" in ran.out
    value = shop(
        "health", "--since", "3d", "--history", str(tmp_path / "kept"), "--output-format", "json"
    ).value
    assert [one["check"] for one in value["checks"]] == ["orders-unique", "orders-volume"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["order-unique"], "did you mean `orders-unique`?"),
        (["--date", "2999-01-01"], "has not begun"),
        (["--date", "yesterday"], "is not a day such as"),
        (["--date", "20260201"], "is not a day such as"),
        (["--days", "0"], "from 1 to 365"),
        (["--record"], "has no `bucket`"),
        (["--since", "30x"], "--since 30x"),
        (["--since", "30d", "--days", "3"], "leave out --days"),
        (["--database", "bigquery", "--date", "2026-02-01", "orders-uniq"], "did you mean"),
    ],
)
def test_what_does_not_fit_is_refused(shop: Shell, arguments: list[str], said: str) -> None:
    ran = shop("health", *arguments)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_the_local_cloud_has_no_bigquery(shop: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPLOYGUARD_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.delenv("BIGQUERY_EMULATOR_HOST", raising=False)
    ran = shop("health", "--date", "2026-02-01", "--database", "bigquery")
    assert ran.code == 2
    assert "has no BigQuery" in ran.err


TRACKED = """
[project]
id = "sample-project"

[trackers.phase3]
store = "sqlite:///documents.sqlite"
collection = "documents"
expected = ["invoice", "parcel"]

[health.phase3-whole]
kind = "completion"
tracker = "phase3"
"""


@pytest.mark.parametrize(
    ("fields", "verdict", "said"),
    [
        ({"invoice": {}, "parcel": {}, "_completed_count": 2, "_triggered": True}, "pass", "is whole"),
        ({"invoice": {}, "parcel": {}, "_completed_count": 0, "_triggered": True}, "fail", "COUNT MISMATCH"),
        ({"invoice": {}, "_completed_count": 1}, "fail", "1 of 2; no parcel"),
        (None, "fail", "NO DOCUMENT"),
    ],
)
def test_completion_is_judged_as_reconcile_does(
    shell: Shell, fields: dict[str, object] | None, verdict: str, said: str
) -> None:
    shell.write("deployguard.toml", TRACKED)
    with closing(sqlite3.connect(shell.folder / "documents.sqlite")) as database, database:
        database.execute("CREATE TABLE documents (date TEXT PRIMARY KEY, document JSON)")
        if fields is not None:
            database.execute("INSERT INTO documents VALUES (?, ?)", ("2026-02-01", json.dumps(fields)))
    ran = shell("health", "--date", "2026-02-01", "--output-format", "json")
    (found,) = ran.value["results"]
    assert (found["verdict"], ran.code) == (verdict, int(verdict == "fail"))
    assert said in found["reason"]


def test_a_tracker_that_cannot_be_read_is_an_error(shell: Shell) -> None:
    shell.write("deployguard.toml", TRACKED)
    assert shell("health", "--date", "2026-02-01").code == 2


def test_people_are_told_by_the_last_day_of_each_check() -> None:
    def one(check: str, day: int, verdict: Verdict) -> Result:
        return Result(check, "unique", date(2026, 2, day), verdict, "because")

    results = (
        one("a", 1, Verdict.FAIL),
        one("b", 1, Verdict.PASS),
        one("a", 2, Verdict.WARN),
        one("b", 2, Verdict.ERROR),
    )
    told = told_of_health(HealthReport(datetime(2026, 2, 3, tzinfo=UTC), results))
    assert [(each.subject, each.state, each.ok) for each in told] == [
        ("a", "warn", True),
        ("b", "error", False),
    ]
