from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from deployguard.journal.folder import FolderObjects
from deployguard.journal.overrides import Override, person, read_overrides, record_override
from deployguard.model.errors import CloudError


def override(day: int) -> Override:
    at = datetime(2026, 2, day, 7, tzinfo=UTC)
    return Override(at, person(), "reconcile", "phase3", "stale", "the fix is on its way")


def test_overrides_come_back_in_their_order(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    for day in (2, 1):
        record_override(objects, override(day))
    assert read_overrides(objects) == (override(1), override(2))


def test_a_damaged_one_is_said_not_skipped(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    objects.put("overrides/x.json", b"[]")
    with pytest.raises(CloudError, match=r"overrides/x\.json"):
        read_overrides(objects)
