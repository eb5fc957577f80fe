"""Each thing that can be wrong with a date, and what must not be called wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from deployguard.model.document import Document
from deployguard.pipeline.judging import Kind, judge
from deployguard.pipeline.tracker import Tracker
from tests.pipeline.seeds import DAY, NOON, TRACKER, document

ON = date.fromisoformat(DAY)
LATER, EARLIER, FAR = "2026-02-03T12:00:30+00:00", "2026-02-03T11:59:30+00:00", "2099-01-01T00:00:00+00:00"


def line(found: Document | None, tracker: Tracker = TRACKER, now: datetime = NOON) -> str:
    return " + ".join(finding.text for finding in judge(tracker, ON, found, now))


def claimed(expires_at: object) -> Mapping[str, object]:
    return {"owner": "a", "trigger_id": "orders:2026-02-01", "expires_at": expires_at}


def test_a_whole_document_says_nothing() -> None:
    assert judge(TRACKER, ON, document(), NOON) == ()


def test_the_line_of_the_history() -> None:
    assert line(document(_completed_count=0, _triggered=False)) == (
        "COUNT MISMATCH (actual:3 stored:0) + NOT TRIGGERED"
    )


@pytest.mark.parametrize(
    ("stored", "kind", "shown"),
    [
        (2, Kind.COUNT_TOO_LOW, "2"),
        (-1, Kind.COUNT_TOO_LOW, "-1"),
        (2.5, Kind.COUNT_TOO_LOW, "2.5"),
        (4, Kind.COUNT_TOO_HIGH, "4"),
        (float("inf"), Kind.COUNT_TOO_HIGH, "inf"),
        (float("nan"), Kind.COUNT_TYPE, "nan"),
        (..., Kind.COUNT_ABSENT, "none"),
        (None, Kind.COUNT_TYPE, "null"),
        ("3", Kind.COUNT_TYPE, "text"),
        (True, Kind.COUNT_TYPE, "true or false"),
        ({"integerValue": 3}, Kind.COUNT_TYPE, "a map"),
        ([3], Kind.COUNT_TYPE, "a list"),
    ],
)
def test_a_wrong_count(stored: object, kind: Kind, shown: str) -> None:
    (found,) = judge(TRACKER, ON, document(_completed_count=stored), NOON)
    assert (found.kind, found.text) == (kind, f"COUNT MISMATCH (actual:3 stored:{shown})")
    assert found.is_issue


def test_a_double_is_the_number_it_is_equal_to() -> None:
    assert line(document(_completed_count=3.0)) == ""


def test_the_values_of_a_document_are_not_shown() -> None:
    found = document(_completed_count="hush", _triggered="hush", invoice=None, _trigger_claim="hush")
    assert "hush" not in line(found)


@pytest.mark.parametrize("triggered", [..., False, None])
def test_complete_and_never_triggered(triggered: object) -> None:
    assert line(document(_triggered=triggered)) == "NOT TRIGGERED"


def test_without_a_next_phase_only_a_writer_that_notes_triggers_is_asked_for_one() -> None:
    last = replace(TRACKER, next=None)
    assert line(document(_triggered=...), last) == ""
    assert line(document(_triggered=False), last) == "NOT TRIGGERED"


@pytest.mark.parametrize("triggered", ["true", 1, {}])
def test_triggered_that_is_neither_yes_nor_no(triggered: object) -> None:
    (found,) = judge(TRACKER, ON, document(_triggered=triggered), NOON)
    assert found.kind == Kind.TRIGGERED_TYPE


def test_triggered_before_it_was_complete() -> None:
    found = line(document(parcel=..., _completed_count=2))
    assert found == "TRIGGERED BUT INCOMPLETE (2 of 3; no parcel)"


def test_an_incomplete_document_is_noted_and_breaks_nothing() -> None:
    found = judge(TRACKER, ON, document(parcel=..., _completed_count=2, _triggered=False), NOON)
    assert [(each.kind, each.text) for each in found] == [(Kind.INCOMPLETE, "incomplete (2 of 3; no parcel)")]
    assert not any(each.is_issue for each in found)


@pytest.mark.parametrize(
    "expires", [LATER, "2026-02-03T07:00:30-05:00", datetime(2026, 2, 3, 12, 0, 30, tzinfo=UTC)]
)
def test_somebody_is_publishing_now(expires: object) -> None:
    found = judge(TRACKER, ON, document(_triggered=False, _trigger_claim=claimed(expires)), NOON)
    assert [each.kind for each in found] == [Kind.CLAIM_ALIVE]
    assert not found[0].is_issue


def test_whoever_claimed_it_died() -> None:
    found = line(document(_triggered=False, _trigger_claim=claimed(EARLIER)))
    assert found == "NOT TRIGGERED + a claim expired at 2026-02-03T11:59:30.000000+00:00"


def test_a_claim_for_years_hides_nothing() -> None:
    found = line(document(_triggered=False, _trigger_claim=claimed(FAR)))
    assert found == "NOT TRIGGERED + CLAIMED UNTIL 2099-01-01T00:00:00.000000+00:00"


@pytest.mark.parametrize(
    "claim",
    [
        "yes",
        {},
        1,
        claimed("soon"),
        claimed(None),
        claimed("2026-02-03T12:00:30"),
        claimed("9999-12-31T23:59:59-10:00"),
    ],
)
def test_a_claim_that_nobody_can_read(claim: object) -> None:
    found = line(document(_triggered=False, _trigger_claim=claim))
    assert found == "NOT TRIGGERED + CLAIM WITHOUT A READABLE END"


def test_a_claim_on_what_is_triggered_is_history() -> None:
    assert line(document(_trigger_claim=claimed(EARLIER))) == ""


def test_unknown_names_are_noted_and_not_counted() -> None:
    found = judge(TRACKER, ON, document(invoices={}), NOON)
    assert [(each.kind, each.text, each.is_issue) for each in found] == [
        (Kind.UNKNOWN_NAME, "unknown: invoices", False)
    ]


def test_where_all_are_counted_no_name_is_unknown() -> None:
    every = replace(TRACKER, counts_all=True)
    assert line(document(extra={}, _completed_count=4), every) == ""
    assert line(document(extra={}), every) == "COUNT MISMATCH (actual:4 stored:3)"


def test_without_expected_names_all_are_counted_and_none_is_complete() -> None:
    anything = replace(TRACKER, expected=())
    assert line(document(_triggered=False), anything) == ""
    assert line(document(_completed_count=0), anything) == "COUNT MISMATCH (actual:3 stored:0)"


@pytest.mark.parametrize("value", [None, False, []])
def test_a_name_with_nothing_under_it_is_counted_as_its_writers_do_and_said(value: object) -> None:
    assert line(document(invoice=value)) == "NOTHING UNDER THE NAME OF invoice"


def test_other_writers_keep_other_values() -> None:
    assert line(document(invoice=True, parcel=datetime(2026, 2, 1, tzinfo=UTC), refund="done")) == ""


def test_other_names_for_the_bookkeeping() -> None:
    theirs = replace(TRACKER, count_field="done", triggered_field="sent")
    found = document(_completed_count=..., _triggered=..., done=3, sent=True, sent_at="x", sent_reason="y")
    assert line(found, theirs) == ""
    assert line(found, replace(theirs, counts_all=True)) == ""


@pytest.mark.parametrize("content", [None, [], "text", 3])
def test_a_document_that_is_no_map(content: object) -> None:
    (found,) = judge(TRACKER, ON, Document(DAY, content, "1"), NOON)
    assert found.kind == Kind.NOT_A_MAP


def test_an_empty_document_has_no_count() -> None:
    assert line(Document(DAY, {}, "1")) == (
        "COUNT MISMATCH (actual:0 stored:none) + incomplete (0 of 3; no invoice, parcel, refund)"
    )


def test_a_missing_document() -> None:
    assert line(None) == "NO DOCUMENT"
    assert line(None, replace(TRACKER, optional=True)) == "no document; none is required"


def test_a_day_is_over_where_the_tracker_is() -> None:
    there = replace(TRACKER, zone=ZoneInfo("America/New_York"))
    before, after = datetime(2026, 2, 2, 4, 59, tzinfo=UTC), datetime(2026, 2, 2, 5, 0, tzinfo=UTC)
    assert line(None, there, before) == "no document yet; the day is not over"
    assert line(None, there, after) == "NO DOCUMENT"
