"""A commit goes to production, and what is not fit does not."""

from __future__ import annotations

import json

import pytest

from deployguard.journal.baseline import read_baseline
from deployguard.journal.lock import read_holder
from deployguard.journal.releases import Outcome
from tests.release.shop import REGION, Shop

pytestmark = pytest.mark.slow


def is_clean(shop: Shop) -> bool:
    """Tell whether one revision serves by its name, no tag is left, and the lock is free."""
    live = shop.live()
    tags = [share.tag for share in live.traffic if share.tag]
    shares = [share for share in live.traffic if share.percent]
    return (
        not tags
        and len(shares) == 1
        and shares[0].percent == 100
        and not shares[0].latest
        and read_holder(shop.objects, (REGION, shop.name)) is None
    )


def test_a_commit_is_shipped_then_another_then_nothing(shop: Shop) -> None:
    commit = shop.commit()
    said = shop.deploy()
    assert said.code == 0, said
    assert shop.answer()["version"] == "1"
    assert shop.live().serving[0].stamp.commit == commit
    assert is_clean(shop)
    second = shop.version("2")
    said = shop.deploy("--output-format", "json")
    assert said.code == 0, said
    told = json.loads(said.out)["services"][0]
    assert (told["end"], told["commit"]) == ("succeeded", second)
    live = shop.live()
    assert shop.answer()["version"] == "2"
    assert live.serving[0].stamp.release == told["release"]
    assert dict(live.labels)["managed-by"] == "deployguard"
    assert is_clean(shop)
    baseline = read_baseline(shop.objects, REGION, shop.name)
    assert baseline is not None
    assert (baseline.revision, baseline.release) == (live.serving[0].name, told["release"])
    again = shop.deploy()
    assert (again.code, "serves this already" in again.out) == (0, True), again
    assert [one.outcome for one in shop.releases()] == [Outcome.SUCCEEDED, Outcome.SUCCEEDED]
