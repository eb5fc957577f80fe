"""The walk: killed around every step, the same command brings production to where it was to be, and nothing is lost."""

from __future__ import annotations

import pytest

from deployguard.journal.lock import read_holder
from deployguard.journal.releases import Outcome
from tests.release.shop import REGION, Shop
from tests.release.test_deploy import is_clean

pytestmark = pytest.mark.slow
STEPS = ("begun", "before", "build", "smoke", "ship", "verify", "traffic-100", "read-back", "closed")


def killed(shop: Shop, when: str, step: str) -> None:
    said = shop.run(when, step, "deploy", shop.name, "--no-smoke", program="tests.release.dying")
    assert said.code == -9, said


def test_killed_around_every_step_and_run_again(shop: Shop) -> None:
    shop.commit()
    assert shop.deploy().code == 0
    for number, step in enumerate(STEPS):
        for when in ("before", "after"):
            before = shop.answer()["version"]
            version = f"{number}-{when}"
            shop.version(version)
            killed(shop, when, step)
            assert shop.answer()["version"] in {before, version}
            said = shop.deploy()
            assert said.code == 0, (when, step, said)
            assert shop.answer()["version"] == version, (when, step, said)
            assert is_clean(shop), (when, step, said, shop.live())
    assert Outcome.OPEN not in {one.outcome for one in shop.releases()}


@pytest.mark.parametrize("step", ["ship", "traffic-100"])
def test_another_commit_undoes_what_was_killed_first(shop: Shop, step: str) -> None:
    shop.commit()
    assert shop.deploy().code == 0
    shop.version("2")
    killed(shop, "before", step)
    shop.version("3")
    said = shop.deploy()
    assert said.code == 0, said
    assert "putting back" in said.err
    assert shop.answer()["version"] == "3"
    assert is_clean(shop)
    outcomes = [one.outcome for one in shop.releases()]
    assert outcomes == [Outcome.SUCCEEDED, Outcome.UNDONE, Outcome.SUCCEEDED]
    assert read_holder(shop.objects, (REGION, shop.name)) is None
