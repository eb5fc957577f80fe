"""What the platform's own words mean for a service, before any commit is looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deployguard.drift.standing import Standing
from deployguard.drift.traffic import grounds_of_platform, platform_details
from deployguard.model.drift import Verdict
from deployguard.model.live import LiveFunction, LiveRevision, LiveService, Share, Stamp
from deployguard.model.service import Service
from tests.drift.judging import REGION, stamped

FUNCTION = Service("orders", "function", source="orders")
IMAGE = Service("orders", "run", dockerfile="Dockerfile")
LIVE = stamped("orders", Stamp(commit="1" * 40))
PINNED = replace(LIVE, traffic=(Share("orders-00001", 100),))


def of(
    live: LiveService | None, state: str | None = None, *, service: Service = FUNCTION, reason: str = ""
) -> Standing:
    function = None if state is None else LiveFunction("orders", REGION, state, reason)
    return Standing(service, REGION, live, function)


def told(standing: Standing) -> list[tuple[Verdict, str]]:
    return [(ground.verdict, ground.reason) for ground in grounds_of_platform(standing)]


def verdicts(standing: Standing) -> list[Verdict]:
    return [verdict for verdict, _ in told(standing)]


def test_all_is_well_where_one_ready_revision_gets_all_requests() -> None:
    assert told(of(LIVE, "ACTIVE")) == []
    assert told(of(LIVE, service=IMAGE)) == []
    assert list(platform_details(of(LIVE, "ACTIVE"))) == []


@pytest.mark.parametrize("state", ["ACTIVE", "DEPLOYING", ""])
def test_a_function_without_a_service_under_it_cannot_be_told(state: str) -> None:
    ((verdict, reason),) = told(of(None, state))
    assert verdict is Verdict.UNKNOWN
    assert reason.startswith(f"the function is {state or 'there'}, ")


def test_a_function_whose_service_could_not_be_listed_is_not_called_first_generation() -> None:
    blind = replace(of(None, "ACTIVE"), run_seen=False, blind=("run.services.list is missing",))
    assert told(blind) == [(Verdict.UNKNOWN, "run.services.list is missing")]


def test_a_failed_function_says_why_and_what_serves() -> None:
    assert told(of(None, "FAILED", reason="Build failed:\n  no main.py")) == [
        (Verdict.FAILED, "the last deploy of the function failed: Build failed: no main.py; nothing serves")
    ]
    assert told(of(LIVE, "FAILED")) == [
        (Verdict.FAILED, "the last deploy of the function failed; what was there before still serves")
    ]


def test_a_function_that_is_being_deleted_is_missing() -> None:
    assert verdicts(of(None, "DELETING")) == [Verdict.MISSING]
    assert verdicts(of(LIVE, "DELETING")) == [Verdict.MISSING]


def test_what_is_nowhere_is_missing_unless_somebody_may_not_look() -> None:
    assert verdicts(of(None)) == [Verdict.MISSING]
    assert verdicts(of(None, service=IMAGE)) == [Verdict.MISSING]
    assert verdicts(replace(of(None), blind=("denied",))) == [Verdict.UNKNOWN]


def test_a_function_that_only_cloud_run_knows_is_a_service() -> None:
    assert verdicts(of(LIVE)) == []
    (detail,) = platform_details(of(LIVE))
    assert detail.startswith("it is a Cloud Run service; ")
    assert list(platform_details(replace(of(LIVE), functions_seen=False))) == []
    assert list(platform_details(of(LIVE, service=IMAGE))) == []


def test_a_revision_that_never_came_up_is_failed() -> None:
    crashed = replace(LIVE, latest_created="orders-00002", failed="it crashed")
    assert told(of(crashed, "ACTIVE")) == [
        (Verdict.FAILED, "orders-00002 never became ready; orders-00001 still serves")
    ]
    first = LiveService("orders", REGION, latest_created="orders-00001", failed="it crashed")
    assert told(of(first, "ACTIVE")) == [(Verdict.FAILED, "orders-00001 never became ready; nothing serves")]
    assert told(of(replace(LIVE, failed="no such secret"), "ACTIVE")) == [
        (Verdict.FAILED, "its last change failed; orders-00001 still serves")
    ]


def test_a_ready_revision_without_requests_is_not_serving() -> None:
    newer = replace(PINNED, latest_created="orders-00002", latest_ready="orders-00002")
    ((verdict, reason),) = told(of(newer, "ACTIVE"))
    assert (verdict, "traffic is pinned to orders-00001" in reason) == (Verdict.NOT_SERVING, True)


def test_split_traffic_names_the_shares_largest_first() -> None:
    older = LiveRevision("orders-00000", ready=True, stamp=Stamp())
    split = replace(
        LIVE,
        traffic=(Share("orders-00000", 10), Share("orders-00001", 90, latest=True)),
        serving=(older, *LIVE.serving),
    )
    assert told(of(split, "ACTIVE")) == [
        (Verdict.SPLIT, "traffic is split: 90% orders-00001 (111111111111), 10% orders-00000 (no stamp)")
    ]


def test_a_deploy_that_is_under_way_is_told() -> None:
    assert list(platform_details(of(LIVE, "DEPLOYING"))) == ["a deploy of the function is under way"]
    waiting = replace(LIVE, latest_created="orders-00002")
    assert list(platform_details(of(waiting, "ACTIVE"))) == ["orders-00002 is being made ready"]


def test_a_release_that_did_not_end_well_is_told() -> None:
    left = replace(
        LIVE, latest_created="orders-r7", latest_ready="orders-r7", template_stamp=Stamp(release="r7")
    )
    assert "orders-r7 is without requests: its release, r7, was undone or rolled back" in list(
        platform_details(of(left, "ACTIVE"))
    )
    ended = replace(LIVE, template_stamp=Stamp(release="r7"))
    assert list(platform_details(of(ended, "ACTIVE"))) == []


def test_a_pin_by_hand_is_told_and_one_of_a_release_is_not() -> None:
    (detail,) = platform_details(of(PINNED, "ACTIVE"))
    assert detail.startswith("traffic is pinned to orders-00001 by name")
    ours = replace(PINNED, serving=(replace(PINNED.serving[0], stamp=Stamp(release="r7")),))
    assert list(platform_details(of(ours, "ACTIVE"))) == []
    tagged = replace(LIVE, traffic=(*LIVE.traffic, Share("orders-00001", 0, "look")))
    assert list(platform_details(of(tagged, "ACTIVE"))) == []
