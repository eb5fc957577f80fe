from __future__ import annotations

import logging

import pytest
from shared.dedup.primary_key import first_by_key

ROWS = [{"id": 1, "n": "first"}, {"id": 2, "n": "only"}, {"id": 1, "n": "second"}, {"id": 1, "n": "third"}]


def test_the_first_stays_in_its_place_and_the_rest_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    unique = first_by_key(ROWS, ("id",), about="t")
    assert (unique.rows, unique.dropped) == ((ROWS[0], ROWS[1]), 2)
    (record,) = caplog.records
    assert (record.levelno, record.__dict__["fields"]) == (logging.WARNING, {"about": "t", "dropped": 2, "of": 4})


def test_without_duplicates_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert first_by_key(ROWS, ("id", "n"), about="t").rows == tuple(ROWS)
    assert caplog.records == []


def test_a_row_without_its_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        first_by_key([{"n": 1}], ("id",), about="t")
