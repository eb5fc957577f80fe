"""The walk: killed around every step, the same command brings production to where it was to be, and nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from deployguard.journal.lock import read_holder
from deployguard.journal.releases import Outcome
from tests.release.shop import REGION, Shop
from tests.release.test_canary import asked_until
from tests.release.test_deploy import is_clean
from tests.release.test_functions import HTTP, function

pytestmark = pytest.mark.slow
STEPS = ("begun", "before", "build", "smoke", "ship", "verify", "traffic-100", "read-back", "closed")


BACK = ("begun", "before", "traffic-100", "closed")
WATCHED = ("--canary", "50,100", "--watch", "0.3s", "--min-requests", "2")


def killed(shop: Shop, when: str, step: str, *words: str, verb: str = "deploy") -> None:
    more = ("--no-smoke", *words) if verb == "deploy" else words
    said = shop.run(when, step, verb, shop.name, *more, program="tests.release.dying")
    assert said.code == -9, said


@contextmanager
def asked(shop: Shop) -> Iterator[None]:
    """Let somebody ask the service all the time."""
    stop, uri = threading.Event(), shop.live().uri
    asking = threading.Thread(target=asked_until, args=(stop, shop.cloud, f"{uri}/"), daemon=True)
    asking.start()
    try:
        yield
    finally:
        stop.set()
        asking.join()


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


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_canary_killed_at_its_steps_goes_on_from_where_it_stands(shop: Shop, when: str) -> None:
    shop.commit()
    assert shop.deploy().code == 0
    with asked(shop):
        for step in ("traffic-50", "watched-50", "traffic-100"):
            version = f"{step}-{when}"
            shop.version(version)
            killed(shop, when, step, *WATCHED)
            said = shop.deploy(*WATCHED)
            assert said.code == 0, (step, said)
            assert shop.answer()["version"] == version, (step, said)
            assert is_clean(shop), (step, said, shop.live())
    assert Outcome.OPEN not in {one.outcome for one in shop.releases()}


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_function_killed_at_its_steps(shop: Shop, when: str) -> None:
    function(shop, HTTP, "0", "")
    assert shop.deploy().code == 0
    for step in ("build", "pin", "ship", "traffic-100"):
        before, version = shop.answer()["version"], f"{step}-{when}"
        function(shop, HTTP, version, "")
        killed(shop, when, step)
        assert shop.answer()["version"] in {before, version}
        said = shop.deploy()
        assert said.code == 0, (step, said)
        assert shop.answer()["version"] == version, (step, said)
        assert is_clean(shop), (step, said, shop.live())
    assert Outcome.OPEN not in {one.outcome for one in shop.releases()}


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_rollback_killed_at_its_steps_goes_where_it_was_to_go(shop: Shop, when: str) -> None:
    """Never further down: the same command takes up what was begun. Once closed it is done, and the next is another."""
    shop.commit()
    for version in ("low", "good"):
        shop.version(version)
        assert shop.deploy().code == 0
    for step in BACK if when == "before" else BACK[:-1]:
        shop.version(f"bad-{step}")
        assert shop.deploy().code == 0
        killed(shop, when, step, verb="rollback")
        assert shop.answer()["version"] in {"good", f"bad-{step}"}
        said = shop.run("rollback", shop.name)
        assert (said.code, shop.answer()["version"]) == (0, "good"), (step, said)
        assert is_clean(shop), (step, said, shop.live())
    assert Outcome.OPEN not in {one.outcome for one in shop.releases()}


def test_a_deploy_after_a_killed_rollback_knows_what_was_left(shop: Shop) -> None:
    shop.commit()
    for version in ("1", "2"):
        shop.version(version)
        assert shop.deploy().code == 0
    killed(shop, "before", "closed", verb="rollback")
    shop.version("3")
    said = shop.deploy()
    assert (said.code, "was killed after it was done" in said.err) == (0, True), said
    said = shop.run("rollback", shop.name)
    assert (said.code, shop.answer()["version"]) == (0, "1"), said


def test_a_rollback_ends_a_canary_that_was_killed(shop: Shop) -> None:
    shop.commit()
    assert shop.deploy().code == 0
    shop.version("2")
    with asked(shop):
        killed(shop, "after", "traffic-50", *WATCHED)
    said = shop.run("rollback", shop.name)
    assert (said.code, shop.answer()["version"]) == (0, "1"), said
    assert is_clean(shop), (said, shop.live())
    told = [(one.action, one.outcome) for one in shop.releases()]
    assert told[-2:] == [("deploy", Outcome.INTERRUPTED), ("rollback", Outcome.SUCCEEDED)]


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
