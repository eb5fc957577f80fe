"""One contract for both stores: many are read at once, and a write is refused when somebody was faster."""

from __future__ import annotations

import pytest

from deployguard.gcp.connection import Connection
from deployguard.gcp.firestore import FirestoreDocuments
from deployguard.model.document import Document
from deployguard.model.errors import CloudError, UsageError
from tests.pipeline.seeds import DAY, Seed, whole

OTHER, NONE = "2026-02-02", "2026-02-03"


def read(seed: Seed, key: str = DAY) -> Document:
    found = seed.store.read([key])[key]
    assert isinstance(found, Document)
    return found


def test_many_are_read_at_once(seed: Seed) -> None:
    seed.put(DAY, whole())
    seed.put(OTHER, whole(_completed_count=1))
    found = seed.store.read([NONE, DAY, OTHER])
    assert set(found) == {NONE, DAY, OTHER}
    assert found[NONE] is None
    assert [each.content for each in (found[DAY], found[OTHER]) if isinstance(each, Document)] == [
        whole(),
        whole(_completed_count=1),
    ]


def test_a_year_is_read_at_once(seed: Seed) -> None:
    keys = [f"2026-{number:03}" for number in range(365)]
    seed.put(keys[200], whole())
    found = seed.store.read(keys)
    assert [key for key in keys if found[key] is not None] == [keys[200]]


def test_fields_are_set_and_others_kept(seed: Seed) -> None:
    seed.put(DAY, whole(invoice={"status": "success", "detail": {"rows": 1.5}}))
    assert seed.store.update(read(seed), {"_completed_count": 7, "new": {"a": [1, None]}})
    assert seed.get(DAY) == whole(
        invoice={"status": "success", "detail": {"rows": 1.5}}, _completed_count=7, new={"a": [1, None]}
    )


def test_a_field_is_replaced_whole(seed: Seed) -> None:
    seed.put(DAY, {"_trigger_claim": {"owner": "a", "expires_at": "x"}})
    assert seed.store.update(read(seed), {"_trigger_claim": {"owner": "b"}})
    assert seed.get(DAY) == {"_trigger_claim": {"owner": "b"}}


@pytest.mark.parametrize("name", ["a.b", "with space", "back`tick", "ünï", "1st", "a/b"])
def test_any_name_is_one_name(seed: Seed, name: str) -> None:
    seed.put(DAY, {"x": 1})
    assert seed.store.update(read(seed), {name: 2})
    assert seed.get(DAY) == {"x": 1, name: 2}


def test_a_write_after_somebody_elses_is_refused(seed: Seed) -> None:
    seed.put(DAY, whole())
    before = read(seed)
    seed.put(DAY, whole(parcel={"status": "no_data"}))
    assert not seed.store.update(before, {"_completed_count": 0})
    assert seed.get(DAY) == whole(parcel={"status": "no_data"})
    assert seed.store.update(read(seed), {"_completed_count": 0})


def test_a_write_succeeds_once(seed: Seed) -> None:
    seed.put(DAY, whole())
    before = read(seed)
    assert seed.store.update(before, {"_completed_count": 1})
    assert not seed.store.update(before, {"_completed_count": 2})
    assert read(seed).version != before.version


def test_a_document_that_was_removed_is_not_made_again(seed: Seed) -> None:
    seed.put(DAY, whole())
    before = read(seed)
    seed.remove(DAY)
    assert not seed.store.update(before, {"_completed_count": 1})
    assert seed.get(DAY) is None


@pytest.mark.slow
def test_an_unreachable_firestore_is_an_error_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:9")
    monkeypatch.setattr("deployguard.gcp.firestore._SECONDS", 1)
    with pytest.raises(CloudError) as caught:
        FirestoreDocuments(Connection("demo-nobody"), "phase3").read([DAY])
    assert caught.value.kind in {"unavailable", "timeout"}


def test_a_rehearsal_never_reaches_the_real_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FIRESTORE_EMULATOR_HOST", raising=False)
    with pytest.raises(UsageError, match="FIRESTORE_EMULATOR_HOST"):
        FirestoreDocuments(Connection("demo-nobody", "http://127.0.0.1:9"), "phase3").read([DAY])


@pytest.mark.parametrize("collection", ["a/b", "/a", "a//b", ""])
def test_a_path_that_is_no_collection_is_refused(collection: str) -> None:
    with pytest.raises(UsageError):
        FirestoreDocuments(Connection("demo-nobody"), collection)
