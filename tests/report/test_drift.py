"""The page of the morning, and what nothing in it may do to a terminal."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from deployguard.model.drift import Commit, DriftReport, Judged, Serving, Verdict
from deployguard.report.drift import drift_table, summary_line
from deployguard.report.drift_formats import FORMATS, formatted

MOMENT = datetime(2030, 1, 2, 6, tzinfo=UTC)
COMMIT = Commit("1" * 40, "Ana", MOMENT, "Raise \x1b[31mthe limit", ("a.py", "b\nc.py"))
STALE = Judged(
    "orders",
    "function",
    "us-west2",
    Verdict.STALE,
    "1 commit since changes it",
    ("a detail",),
    "deployguard deploy orders",
    Serving("orders-00001", "2" * 40, "", MOMENT),
    4,
    (COMMIT,),
)
CURRENT = Judged("parcels", "run", "us-west2", Verdict.CURRENT, "serves 333, the head")
REPORT = DriftReport("3" * 40, "main", MOMENT, (STALE, CURRENT), ("a note",), ("us-west2 (run): refused",))


def test_the_table() -> None:
    assert drift_table(REPORT) == (
        "compared with 333333333333 (main) at 2030-01-02 06:00 UTC\n"
        "\n"
        "stale(1)  orders   1 commit since changes it\n"
        "current   parcels  serves 333, the head\n"
        "\n"
        "orders (function, us-west2)\n"
        "  serves orders-00001 from 222222222222 since 2030-01-02 06:00 UTC, 4 commits behind\n"
        "  a detail\n"
        "  111111111111  2030-01-02  Ana  Raise \\x1b[31mthe limit\n"
        "      by a.py, b\\nc.py\n"
        "  to mend: deployguard deploy orders\n"
        "\n"
        "cannot see: us-west2 (run): refused\n"
        "note: a note\n"
    )


def test_many_commits_and_long_reasons_are_cut_in_the_table_only() -> None:
    many = replace(STALE, commits=(COMMIT,) * 30, reason="x" * 500)
    report = replace(REPORT, services=(many,))
    table = drift_table(report)
    assert "and 10 older commits" in table
    assert f"  {'x' * 500}\n" in table
    assert len(table.splitlines()[2]) < 200
    assert len(json.loads(formatted("json", report))["services"][0]["commits"]) == 30


def test_what_could_not_be_seen_at_all_is_said_once() -> None:
    reason = "no credentials were found; run this and that, " + "or let a variable name a file " * 8
    blind = tuple(
        Judged(name, "run", "us-west2", Verdict.UNKNOWN, reason, (f"unknown: {reason}",)) for name in "ab"
    )
    table = drift_table(
        replace(REPORT, services=blind, blind=(f"us-west2 (run), us-west2 (functions): {reason}",))
    )
    assert (table.count("no credentials"), table.count("could not be asked, see below")) == (1, 2), table


def test_colour_is_on_request() -> None:
    assert "\x1b" not in drift_table(REPORT)
    assert "\x1b[33mstale(1)\x1b[0m" in drift_table(REPORT, colour=True)


def test_the_summary_counts_by_verdict() -> None:
    assert summary_line(REPORT) == "2 services: 1 stale, 1 current"
    assert summary_line(replace(REPORT, services=())) == "no services"


def test_the_contract_of_json() -> None:
    value = json.loads(formatted("json", REPORT))
    assert (value["schema"], value["head"], value["branch"]) == (1, "3" * 40, "main")
    assert set(value["summary"]) == set(map(str, Verdict))
    assert (value["summary"]["stale"], value["blind"], value["notes"]) == (
        1,
        ["us-west2 (run): refused"],
        ["a note"],
    )
    one = value["services"][0]
    assert one["serving"] == {
        "revision": "orders-00001",
        "commit": "2" * 40,
        "fingerprint": "",
        "since": "2030-01-02T06:00:00+00:00",
        "percent": 100,
    }
    assert one["commits"][0]["via"] == ["a.py", "b\nc.py"]
    assert value["services"][1]["serving"] is None


def test_every_format_is_text_that_ends_in_a_newline() -> None:
    assert all(formatted(name, REPORT).endswith("\n") for name in FORMATS)
