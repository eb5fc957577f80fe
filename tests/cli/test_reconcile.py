"""`deployguard reconcile` as it is typed, on a SQLite file: words in, exit code out."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests.cli.running import Shell

pytestmark = pytest.mark.slow

NAMES = ("invoice", "parcel")
TRACKER = """
[trackers.phase3]
store = "sqlite:///state/documents.sqlite"
collection = "phase3_completion"
expected = ["invoice", "parcel"]
timezone = "America/New_York"
next = { topic = "phase4-trigger" }
"""


@pytest.fixture(autouse=True)
def evening() -> Iterator[None]:
    """2 February in UTC, and still the evening of 1 February in New York."""
    with time_machine.travel(datetime(2026, 2, 2, 3, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def documents(shell: Shell) -> Path:
    """A configured tracker, whose seven documents are whole."""
    at = shell.folder / "deployguard.toml"
    at.write_text(at.read_text() + TRACKER)
    file = shell.folder / "state/documents.sqlite"
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE phase3_completion (date TEXT PRIMARY KEY, document JSON)")
    for day in range(26, 32):
        put(file, f"2026-01-{day}")
    put(file, "2026-02-01")
    return file


def put(file: Path, day: str, **changes: object) -> None:
    fields: Mapping[str, object] = {
        **{name: {"status": "success"} for name in NAMES},
        "_completed_count": 2,
        "_triggered": True,
        **changes,
    }
    text = json.dumps({name: value for name, value in fields.items() if value is not ...})
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("INSERT OR REPLACE INTO phase3_completion VALUES (?, ?)", (day, text))


def stored(file: Path, day: str) -> dict[str, Any]:
    with closing(sqlite3.connect(file)) as database:
        row = database.execute("SELECT document FROM phase3_completion WHERE date = ?", (day,)).fetchone()
    found: dict[str, Any] = json.loads(row[0])
    return found


def test_all_is_well(shell: Shell, documents: Path) -> None:
    before = documents.read_bytes()
    ran = shell("reconcile")
    assert (ran.code, ran.out, ran.err) == (0, "Dates checked: 7, Issues found: 0\n", "")
    assert documents.read_bytes() == before


def test_what_is_wrong_is_told_and_left(shell: Shell, documents: Path) -> None:
    put(documents, "2026-02-01", _completed_count=0, _triggered=False)
    put(documents, "2026-01-30", parcel=..., _completed_count=1, _triggered=False)
    before = documents.read_bytes()
    ran = shell("reconcile", "phase3")
    assert ran.code == 1
    assert ran.out == (
        "2026-01-30: incomplete (1 of 2; no parcel)\n"
        "2026-02-01: COUNT MISMATCH (actual:2 stored:0) + NOT TRIGGERED\n"
        "Dates checked: 7, Issues found: 1\n"
    )
    assert documents.read_bytes() == before


def test_a_count_is_mended_and_read_back(shell: Shell, documents: Path) -> None:
    put(documents, "2026-02-01", _completed_count=0)
    ran = shell("reconcile", "--fix")
    assert ran.code == 0
    assert ran.out == (
        "2026-02-01: COUNT MISMATCH (actual:2 stored:0)\n"
        "    count 0 -> 2\n"
        "Dates checked: 7, Issues found: 0\n"
    )
    assert stored(documents, "2026-02-01")["_reconciled_at"] == "2026-02-02T03:00:00.000000+00:00"
    assert shell("reconcile", "--fix").out == "Dates checked: 7, Issues found: 0\n"


def test_what_is_left_after_a_repair_is_told(shell: Shell, documents: Path) -> None:
    put(documents, "2026-02-01", _completed_count=0, _triggered=False)
    ran = shell("reconcile", "--fix")
    assert ran.code == 1
    assert ran.out == (
        "2026-02-01: COUNT MISMATCH (actual:2 stored:0) + NOT TRIGGERED\n"
        "    count 0 -> 2\n"
        "    still: NOT TRIGGERED\n"
        "Dates checked: 7, Issues found: 1\n"
    )


def test_a_missing_document_is_an_issue_once_its_day_is_over(shell: Shell, documents: Path) -> None:
    with closing(sqlite3.connect(documents)) as database, database:
        database.execute("DELETE FROM phase3_completion WHERE date IN ('2026-01-31', '2026-02-01')")
    ran = shell("reconcile")
    assert ran.code == 1
    assert ran.out == "2026-01-31: NO DOCUMENT\nDates checked: 7, Issues found: 1\n"
    assert ran.err == "phase3: 1 date without a document, where none is required yet\n"


def test_where_no_document_is_required_its_absence_is_no_issue(shell: Shell, documents: Path) -> None:
    shell.write("deployguard.toml", f"{(shell.folder / 'deployguard.toml').read_text()}optional = true\n")
    with closing(sqlite3.connect(documents)) as database, database:
        database.execute("DELETE FROM phase3_completion")
    assert shell("reconcile").code == 0


@pytest.mark.parametrize(
    ("words", "dates"),
    [
        ((), [f"2026-01-{day}" for day in range(26, 32)] + ["2026-02-01"]),
        (("--days", "1"), ["2026-02-01"]),
        (("--date", "2026-01-27"), ["2026-01-27"]),
        (("--date", "2026-01-27", "--days", "2"), ["2026-01-26", "2026-01-27"]),
    ],
)
@pytest.mark.usefixtures("documents")
def test_which_dates(shell: Shell, words: tuple[str, ...], dates: list[str]) -> None:
    (tracker,) = shell("reconcile", *words, "--output-format", "json").value["trackers"]
    assert [day["date"] for day in tracker["dates"]] == dates


@pytest.mark.usefixtures("documents")
def test_a_year_is_the_most(shell: Shell) -> None:
    assert shell("reconcile", "--days", "365").code == 1  # most of them have no document


@pytest.mark.usefixtures("documents")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--days", "0"), "1 to 365"),
        (("--days", "366"), "1 to 365"),
        (("--days", "-1"), "1 to 365"),
        (("--days", "x"), "1 to 365"),
        (("--date", "20260201"), "2026-02-01"),
        (("--date", "2026-02-30"), "2026-02-01"),
        (("--date", "0001-01-01", "--days", "2"), "no dates so long before"),
        (("--trigger",), "add --fix"),
        (("--allow", "stale"), "before --fix"),
        (("--fix", "--allow", "stale"), "--reason"),
        (("--fix", "--allow", "stale", "--reason", " "), "--reason"),
        (("--fix", "--reason", "because"), "--allow"),
        (("--fix", "--allow", "current", "--reason", "x"), "invalid choice"),
        (("--no-gate",), "unrecognized"),
        (("phase4",), "did you mean phase3?"),
        (("nothing",), "there are: phase3"),
    ],
)
def test_words_that_make_no_sense(shell: Shell, words: tuple[str, ...], says: str) -> None:
    ran = shell("reconcile", *words)
    assert ran.code == 2
    assert says in ran.err
    assert ran.out == ""


def test_no_tracker_at_all(shell: Shell) -> None:
    ran = shell("reconcile")
    assert ran.code == 2
    assert "[trackers.NAME]" in ran.err


def test_a_time_zone_that_nobody_knows_is_said_with_its_line(shell: Shell, documents: Path) -> None:
    at = shell.folder / "deployguard.toml"
    at.write_text(at.read_text().replace("America/New_York", "America/Gotham"))
    ran = shell("reconcile")
    assert ran.code == 2
    line = at.read_text().splitlines().index('timezone = "America/Gotham"') + 1
    assert f"deployguard.toml:{line}: trackers.phase3.timezone" in ran.err
    assert documents.exists()


def test_a_damaged_document_cannot_be_told(shell: Shell, documents: Path) -> None:
    with closing(sqlite3.connect(documents)) as database, database:
        database.execute("UPDATE phase3_completion SET document = '{' WHERE date = '2026-02-01'")
    ran = shell("reconcile", "--fix")
    assert ran.code == 2
    assert ran.out.startswith("2026-02-01: CANNOT TELL (its document is not JSON")
    assert ran.out.endswith("Dates checked: 6, Issues found: 0, Cannot tell: 1\n")


def test_a_store_that_does_not_answer_makes_nothing_well(shell: Shell, documents: Path) -> None:
    documents.write_bytes(b"no database " * 100)
    ran = shell("reconcile", "--fix")
    assert ran.code == 2
    assert ran.out.startswith("2026-01-26 to 2026-02-01: CANNOT TELL (the sqlite database")
    assert ran.out.endswith("Dates checked: 0, Issues found: 0, Cannot tell: 7\n")


def test_a_store_that_is_not_there(shell: Shell, documents: Path) -> None:
    documents.unlink()
    ran = shell("reconcile")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no SQLite file" in ran.err


def test_a_store_that_cannot_be_written_is_told(shell: Shell, documents: Path) -> None:
    put(documents, "2026-02-01", _completed_count=0)
    with closing(sqlite3.connect(documents)) as database, database:
        database.execute(
            "CREATE TRIGGER no BEFORE UPDATE ON phase3_completion BEGIN SELECT RAISE(ABORT, 'read only'); END"
        )
    ran = shell("reconcile", "--fix")
    assert ran.code == 2
    assert "CANNOT TELL (the sqlite database" in ran.out
    assert "read only" in ran.out
    assert stored(documents, "2026-02-01")["_completed_count"] == 0


def test_a_url_in_the_environment(shell: Shell, documents: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = shell.folder / "deployguard.toml"
    at.write_text(at.read_text().replace("sqlite:///state/documents.sqlite", "env:ORDERS_URL"))
    ran = shell("reconcile")
    assert ran.code == 2
    assert "ORDERS_URL is not set" in ran.err
    monkeypatch.setenv("ORDERS_URL", f"sqlite:///{documents}")
    assert shell("reconcile").code == 0


def test_several_trackers_say_whose_date_it_is(shell: Shell, documents: Path) -> None:
    at = shell.folder / "deployguard.toml"
    at.write_text(at.read_text() + TRACKER.replace("trackers.phase3", "trackers.again"))
    put(documents, "2026-02-01", _completed_count=0)
    ran = shell("reconcile")
    assert ran.code == 1
    assert ran.out == (
        "phase3 2026-02-01: COUNT MISMATCH (actual:2 stored:0)\n"
        "again 2026-02-01: COUNT MISMATCH (actual:2 stored:0)\n"
        "Dates checked: 14, Issues found: 2\n"
    )
    assert "again" not in shell("reconcile", "phase3", "phase3").out


def test_json(shell: Shell, documents: Path) -> None:
    put(documents, "2026-02-01", _completed_count=0, _triggered=False)
    found = shell("reconcile", "--days", "1", "--fix", "--output-format", "json").value
    not_triggered = {"kind": "not-triggered", "issue": True, "message": "NOT TRIGGERED"}
    mismatch = "COUNT MISMATCH (actual:2 stored:0)"
    assert found == {
        "schema": 1,
        "fix": True,
        "gate": [
            {
                "tracker": "phase3",
                "asked": False,
                "allowed": True,
                "unknown": False,
                "reasons": [],
                "passed": [],
                "services": [],
            }
        ],
        "trackers": [
            {
                "name": "phase3",
                "timezone": "America/New_York",
                "refused": "",
                "dates": [
                    {
                        "date": "2026-02-01",
                        "findings": [not_triggered],
                        "before": [
                            {"kind": "count-too-low", "issue": True, "message": mismatch},
                            not_triggered,
                        ],
                        "done": ["count 0 -> 2"],
                        "error": "",
                    }
                ],
            }
        ],
        "summary": {"dates": 1, "issues": 1, "repaired": 1, "unknown": 0, "refused": 0},
    }


def test_a_name_in_a_document_moves_no_cursor(shell: Shell, documents: Path) -> None:
    put(documents, "2026-02-01", **{"\x1b[2J": {}})
    assert "\x1b" not in shell("reconcile").out


def test_the_old_habit() -> None:
    wrapper = Path(__file__).parents[2] / "bin/reconcile-phase3-completion"
    assert wrapper.stat().st_mode & 0o111
    assert 'exec deployguard reconcile phase3 "$@"' in wrapper.read_text()
