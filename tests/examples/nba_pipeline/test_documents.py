"""The contract of a document store, on SQLite and on the Firestore emulator."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from shared.documents.rewrite import rewrite
from shared.documents.store import AlreadyExists, Changed, DocumentStore, Fields, Place

PLACE = Place("things", "one")


def test_nothing_is_found_where_nothing_was_put(documents: DocumentStore) -> None:
    assert documents.get(PLACE) is None


def test_what_was_created_is_found(documents: DocumentStore) -> None:
    fields = {"text": "täxt", "number": 2**40, "flag": True, "nothing": None, "nested": {"list": [1, 2.5]}}
    version = documents.create(PLACE, fields)
    found = documents.get(PLACE)
    assert found is not None
    assert (dict(found.fields), found.version) == (fields, version)


def test_only_the_first_creates(documents: DocumentStore) -> None:
    documents.create(PLACE, {"by": "first"})
    with pytest.raises(AlreadyExists):
        documents.create(PLACE, {"by": "second"})
    assert _fields(documents) == {"by": "first"}


def test_of_many_only_one_creates(documents: DocumentStore) -> None:
    def create(number: int) -> bool:
        try:
            documents.create(PLACE, {"by": number})
        except AlreadyExists:
            return False
        return True

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(create, range(3))) == 1


def test_an_update_sets_top_level_fields_whole_and_keeps_the_others(documents: DocumentStore) -> None:
    version = documents.create(PLACE, {"kept": 1, "set": {"a": 1, "b": 2}})
    documents.update(PLACE, {"set": {"b": 3}, "new": "x"}, version)
    assert _fields(documents) == {"kept": 1, "set": {"b": 3}, "new": "x"}


def test_a_field_with_a_dot_in_its_name_is_one_field(documents: DocumentStore) -> None:
    version = documents.create(PLACE, {"a": {"b": 1}})
    documents.update(PLACE, {"a.b": 2}, version)
    assert _fields(documents) == {"a": {"b": 1}, "a.b": 2}


def test_an_update_of_an_older_version_changes_nothing(documents: DocumentStore) -> None:
    old = documents.create(PLACE, {"n": 1})
    new = documents.update(PLACE, {"n": 2}, old)
    with pytest.raises(Changed):
        documents.update(PLACE, {"n": 3}, old)
    assert _fields(documents) == {"n": 2}
    documents.update(PLACE, {"n": 4}, new)
    assert _fields(documents) == {"n": 4}


def test_an_update_of_what_is_gone_changes_nothing(documents: DocumentStore) -> None:
    version = documents.create(PLACE, {"n": 1})
    with pytest.raises(Changed):
        documents.update(Place("things", "another"), {"n": 2}, version)
    assert documents.get(Place("things", "another")) is None


def test_put_replaces_everything(documents: DocumentStore) -> None:
    documents.put(PLACE, {"a": 1})
    documents.put(PLACE, {"b": 2})
    assert _fields(documents) == {"b": 2}


def test_the_store_tells_the_age_of_a_document_by_its_own_clock(documents: DocumentStore) -> None:
    documents.create(PLACE, {"n": 1})
    time.sleep(0.2)
    found = documents.get(PLACE)
    assert found is not None
    assert timedelta(seconds=0.1) < found.read_at - found.written_at < timedelta(seconds=5)


def test_rewriting_loses_no_writer(documents: DocumentStore) -> None:
    def add(name: str) -> Fields:
        return rewrite(documents, PLACE, lambda stored: {name: True, "count": len({*stored, name} - {"count"})})

    names = [f"writer_{number}" for number in range(12)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(add, names))
    assert _fields(documents) == {**dict.fromkeys(names, True), "count": 12}


def test_rewriting_with_nothing_writes_nothing(documents: DocumentStore) -> None:
    assert rewrite(documents, PLACE, lambda _: {}) == {}
    assert documents.get(PLACE) is None


def _fields(documents: DocumentStore) -> dict[str, object]:
    found = documents.get(PLACE)
    assert found is not None
    return dict(found.fields)
