from __future__ import annotations

from datetime import date

import pytest

from deployguard.model.runtime import Runtime
from deployguard.rules.runtimes import SUPPORT, deprecation


@pytest.mark.parametrize(
    ("minor", "today", "is_past"),
    [
        (11, date(2027, 7, 25), None),
        (11, date(2027, 7, 26), False),
        (11, date(2027, 10, 23), False),
        (11, date(2027, 10, 24), True),
        (10, date(2026, 11, 23), True),
        (9, date(2026, 1, 1), True),
        (15, date(2040, 1, 1), None),
    ],
)
def test_dates(minor: int, today: date, is_past: bool | None) -> None:
    found = deprecation(Runtime(3, minor), today)
    assert (found.is_past if found else None) == is_past


def test_text_names_both_dates() -> None:
    found = deprecation(Runtime(3, 10), date(2026, 11, 23))
    assert found is not None
    assert found.text == (
        "python310 was deprecated on 2026-10-04; nothing can be deployed on it from 2027-04-04"
    )


def test_every_runtime_is_decommissioned_after_it_is_deprecated() -> None:
    assert all(support.deprecated < support.decommissioned for support in SUPPORT.values())
