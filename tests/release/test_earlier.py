"""Which unfinished release may be gone on with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from deployguard.journal.releases import Release, StepRecord
from deployguard.model.release import ServicePlan
from deployguard.release.earlier import may_go_on

MOMENT = datetime(2026, 11, 23, 7, tzinfo=UTC)
BEGUN = Release(
    id="rtp7epe4dv6bq",
    service="orders",
    kind="run",
    region="us-west2",
    project="shop",
    action="deploy",
    commit="b" * 40,
    fingerprint="2" * 40,
    who="ana",
    began=MOMENT,
    steps=(StepRecord(1, "before", MOMENT),),
)
PLAN = ServicePlan("orders", "run", "us-west2", "b" * 40, "2" * 40, "update")


def test_the_same_artifact_and_commit_goes_on() -> None:
    assert may_go_on(BEGUN, PLAN)


@pytest.mark.parametrize(
    "other",
    [
        replace(BEGUN, action="rollback"),
        replace(BEGUN, commit="c" * 40),
        replace(BEGUN, fingerprint="3" * 40),
        replace(BEGUN, steps=()),
        replace(BEGUN, steps=(StepRecord(1, "begun", MOMENT),)),
    ],
)
def test_anything_else_does_not(other: Release) -> None:
    assert not may_go_on(other, PLAN)
