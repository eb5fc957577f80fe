"""What somebody else does to a service while a release is under way is noticed, and stays."""

from __future__ import annotations

import os
import signal

import pytest

from deployguard.journal.lock import read_holder
from deployguard.journal.releases import Outcome
from tests.release.meddling import creates, deploys, meddled, moves_traffic, removes
from tests.release.shop import REGION, Shop
from tests.release.test_deploy import shipped
from tests.release.test_functions import HTTP, function

pytestmark = pytest.mark.slow

Capture = pytest.CaptureFixture[str]
AROUND = [
    ("after", "build"),
    ("before", "ship"),
    ("after", "ship"),
    ("before", "verify"),
    ("after", "verify"),
    ("after", "traffic-100"),
    ("after", "read-back"),
]


def two_shipped(shop: Shop) -> str:
    """Deploy two versions and commit a third; return the first revision, which serves no more."""
    first = shipped(shop)
    shop.version("2")
    assert shop.deploy().code == 0
    shop.version("3")
    return first


def serving(shop: Shop) -> dict[str, int]:
    live = shop.live()
    return {each.name: live.percent(each.name) for each in live.serving}


def is_told(shop: Shop, said: str) -> None:
    """The release is closed as undone, and nobody is told that all is as it was."""
    last = shop.releases()[-1]
    assert (last.outcome, "as before" in said.replace("not as before", "")) == (Outcome.UNDONE, False), said
    assert read_holder(shop.objects, (REGION, shop.name)) is None


@pytest.mark.parametrize("around", AROUND, ids=" ".join)
def test_traffic_that_somebody_moves_is_left_where_it_is(
    shop: Shop, around: tuple[str, str], capsys: Capture
) -> None:
    first = two_shipped(shop)
    code = meddled(shop, around, lambda: moves_traffic(shop, {first: 100}))
    said = capsys.readouterr().out
    assert (code, serving(shop)) == (1, {first: 100}), said
    assert "as somebody else left it meanwhile" in said
    is_told(shop, said)


@pytest.mark.parametrize("around", [("before", "verify"), ("after", "traffic-100")], ids=" ".join)
def test_a_revision_that_somebody_deploys_goes_on_serving(
    shop: Shop, around: tuple[str, str], capsys: Capture
) -> None:
    two_shipped(shop)
    code = meddled(shop, around, lambda: deploys(shop))
    said = capsys.readouterr().out
    assert (code, serving(shop)) == (1, {shop.live().latest_created: 100}), said
    is_told(shop, said)


def test_only_the_candidates_requests_are_taken_back(shop: Shop, capsys: Capture) -> None:
    first = two_shipped(shop)
    second = shop.live().serving[0].name

    def halves() -> None:
        moves_traffic(shop, {first: 50, shop.live().latest_created: 50})

    code = meddled(shop, ("after", "traffic-100"), halves)
    said = capsys.readouterr().out
    assert (code, serving(shop)) == (1, {first: 50, second: 50}), said
    is_told(shop, said)


@pytest.mark.parametrize("around", AROUND, ids=" ".join)
def test_a_service_that_somebody_removes_is_not_made_anew(
    shop: Shop, around: tuple[str, str], capsys: Capture
) -> None:
    two_shipped(shop)
    code = meddled(shop, around, lambda: removes(shop))
    said = capsys.readouterr().out
    assert (code, shop.services.get(REGION, shop.name)) == (1, None), said
    is_told(shop, said)


def test_a_service_that_somebody_makes_first_is_not_to_be_deleted(shop: Shop, capsys: Capture) -> None:
    shop.commit()
    code = meddled(shop, ("after", "before"), lambda: creates(shop))
    said = capsys.readouterr().out
    assert (code, "gcloud run services delete" in said) == (1, False), said
    assert serving(shop) == {shop.live().latest_created: 100}
    is_told(shop, said)


def test_traffic_of_a_function_that_somebody_moves_is_left_where_it_is(shop: Shop, capsys: Capture) -> None:
    for version in ("1", "2"):
        function(shop, HTTP, version, "")
        assert shop.deploy().code == 0
    first = shop.releases()[0].revision
    function(shop, HTTP, "3", "")
    code = meddled(shop, ("after", "pin"), lambda: moves_traffic(shop, {first: 100}))
    said = capsys.readouterr().out
    assert (code, serving(shop)) == (1, {first: 100}), said
    assert "somebody else changed the service while" in said
    is_told(shop, said)


def test_a_rollback_does_not_overwrite_what_somebody_did_meanwhile(shop: Shop, capsys: Capture) -> None:
    two_shipped(shop)
    assert shop.deploy().code == 0
    first, second, _ = (one.revision for one in shop.releases())
    code = meddled(shop, ("after", "before"), lambda: moves_traffic(shop, {first: 100}), "rollback")
    said = capsys.readouterr().out
    assert (code, serving(shop), "was changed meanwhile" in said) == (1, {first: 100}, True), said
    again = shop.run("rollback", shop.name, second)
    assert (again.code, serving(shop)) == (0, {second: 100}), again
    assert Outcome.OPEN not in {one.outcome for one in shop.releases()}


def interrupts() -> None:
    os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_interrupted_rollback_is_closed_and_can_be_asked_for_again(
    shop: Shop, when: str, capsys: Capture
) -> None:
    first = shipped(shop)
    shop.version("2")
    assert shop.deploy().code == 0
    code = meddled(shop, (when, "before"), interrupts, "rollback")
    assert (code, shop.answer()["version"]) == (130, "2"), capsys.readouterr()
    assert shop.releases()[-1].outcome is Outcome.INTERRUPTED
    again = shop.run("rollback", shop.name)
    assert (again.code, "never ended" in again.err, serving(shop)) == (0, False, {first: 100}), again


@pytest.mark.parametrize("step", ["build", "ship", "verify", "traffic-100", "read-back"])
def test_an_interruption_says_where_it_ended_and_the_next_deploy_carries_on(
    shop: Shop, step: str, capsys: Capture
) -> None:
    first = shipped(shop)
    shop.version("2")
    code = meddled(shop, ("after", step), interrupts)
    said, last = capsys.readouterr().out, shop.releases()[-1]
    if step == "read-back":  # nothing was left to put back
        assert (code, last.outcome, serving(shop)) == (0, Outcome.SUCCEEDED, {last.revision: 100}), said
        return
    assert (code, last.outcome, serving(shop)) == (130, Outcome.INTERRUPTED, {first: 100}), said
    again = shop.deploy()
    assert (again.code, shop.answer()["version"]) == (0, "2"), again


@pytest.mark.parametrize("step", ["ship", "traffic-100", "read-back", "closed"])
def test_a_journal_that_cannot_be_written_any_more_stops_one_deploy_and_not_the_next(
    shop: Shop, step: str, capsys: Capture
) -> None:
    first = shipped(shop)
    shop.version("2")
    fault = {"effect": "deny", "on": "storage.objects.create", "times": 0}
    code = meddled(shop, ("before", step), lambda: shop.cloud.admin("POST", "faults", fault))
    said = capsys.readouterr().out
    assert (code, serving(shop), "the journal could not be closed" in said) == (1, {first: 100}, True), said
    shop.cloud.admin("DELETE", "faults")
    again = shop.deploy()
    assert (again.code, "going on" in again.err, shop.answer()["version"]) == (0, True, "2"), again
    assert Outcome.OPEN not in {one.outcome for one in shop.releases()}


@pytest.mark.parametrize("method", ["create objects", "get objects", "list objects"])
@pytest.mark.parametrize("status", ["UNAVAILABLE", "RESOURCE_EXHAUSTED"])
def test_a_bucket_that_is_away_for_a_moment_stops_nothing(
    shop: Shop, method: str, status: str, capsys: Capture
) -> None:
    shipped(shop)
    shop.version("2")
    fault = {"effect": "error", "on": f"Storage.{method}", "status": status, "times": 2}
    code = meddled(shop, ("before", "ship"), lambda: shop.cloud.admin("POST", "faults", fault))
    assert (code, shop.answer()["version"]) == (0, "2"), capsys.readouterr()
