from __future__ import annotations

from datetime import UTC, date, datetime

from shared.completion.message import Completion
from shared.completion.tracker import CompletionTracker
from shared.documents.store import DocumentStore, Place

from tests.examples.nba_pipeline.deliveries import ManualClock

EXPECTED = ("a", "b", "c")
DAY = date(2026, 2, 1)
PLACE = Place("phase3_completion", "2026-02-01")


def test_one_document_a_date_in_plain_fields(documents: DocumentStore) -> None:
    _tracker(documents).record(_completion("b"))
    assert _fields(documents) == {
        "b": {
            "completed_at": "2026-02-02T08:00:00.000000+00:00",
            "correlation_id": "c1",
            "status": "success",
            "record_count": 3,
        },
        "_completed_count": 1,
        "_triggered": False,
        "_last_update": "2026-02-02T09:00:00.000000+00:00",
    }


def test_progress_tells_what_is_missing(documents: DocumentStore) -> None:
    tracker = _tracker(documents)
    first = tracker.record(_completion("c"))
    assert (first.completed, first.missing, first.complete) == (("c",), ("a", "b"), False)
    tracker.record(_completion("a"))
    assert tracker.record(_completion("b")).complete


def test_a_duplicate_corrects_a_wrong_count(documents: DocumentStore) -> None:
    tracker = _tracker(documents)
    for name in EXPECTED:
        tracker.record(_completion(name))
    documents.put(PLACE, {**_fields(documents), "_completed_count": 0})
    tracker.record(_completion("a"))
    assert _fields(documents)["_completed_count"] == 3


def test_a_duplicate_does_not_move_the_moment_of_completion(documents: DocumentStore) -> None:
    tracker = _tracker(documents)
    tracker.record(_completion("a", correlation_id="first"))
    before = _fields(documents)["a"]
    tracker.record(_completion("a", correlation_id="second"))
    assert _fields(documents)["a"] == before


def test_keys_of_nobody_expected_do_not_count(documents: DocumentStore) -> None:
    documents.create(PLACE, {"retired_processor": {"status": "success"}, "_completed_count": 1})
    progress = _tracker(documents).record(_completion("a"))
    assert (_fields(documents)["_completed_count"], progress.missing) == (1, ("b", "c"))


def test_recording_does_not_forget_that_it_triggered(documents: DocumentStore) -> None:
    documents.create(PLACE, {"_triggered": True, "_triggered_at": "then"})
    progress = _tracker(documents).record(_completion("a"))
    assert progress.triggered
    assert (_fields(documents)["_triggered"], _fields(documents)["_triggered_at"]) == (True, "then")


def _tracker(documents: DocumentStore) -> CompletionTracker:
    return CompletionTracker(documents, "phase3_completion", EXPECTED, ManualClock())


def _completion(processor: str, correlation_id: str = "c1") -> Completion:
    return Completion(processor, DAY, "success", datetime(2026, 2, 2, 8, tzinfo=UTC), correlation_id, 3)


def _fields(documents: DocumentStore) -> dict[str, object]:
    found = documents.get(PLACE)
    assert found is not None
    return dict(found.fields)
