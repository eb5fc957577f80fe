"""What a release left comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from deployguard.journal.baseline import kept_baselines, read_baseline, write_baseline
from deployguard.journal.folder import FolderObjects
from deployguard.model.baseline import Baseline
from deployguard.model.errors import CloudError


def test_the_last_one_comes_back(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    assert read_baseline(objects, "us-west2", "orders") is None
    for number in (1, 2):
        left = Baseline(
            f"r{number}",
            f"orders-{number}",
            "x@sha256:1",
            ("A", "B"),
            (("KEY", "key:latest"),),
            (("commit-sha", "c" * 40),),
            datetime(2026, 2, 1, tzinfo=UTC),
        )
        write_baseline(objects, "us-west2", "orders", left)
    assert read_baseline(objects, "us-west2", "orders") == left
    assert read_baseline(objects, "us-west2", "bills") is None
    objects.put("releases/r1/00-plan.json", b"{}")
    assert kept_baselines(objects) == {("us-west2", "orders")}


def test_a_damaged_one_is_said(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    objects.put("baselines/us-west2/orders.json", b"{}")
    with pytest.raises(CloudError, match="damaged"):
        read_baseline(objects, "us-west2", "orders")
