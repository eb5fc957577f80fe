"""Which of what runs belongs to which configured service, and what could not be seen."""

from __future__ import annotations

from deployguard.drift.standing import Standing, standings, strangers
from deployguard.model.live import Blind, Live, LiveFunction, LiveRevision, LiveService, Share
from deployguard.model.service import Project, Service

HERE, THERE = "us-west2", "europe-west1"
RUN = Service("orders", "run", table={"region": HERE})
FUNCTION = Service("on_upload", "function", table={"region": HERE})
PROJECT = Project("deployguard.toml", (RUN, FUNCTION))


def found(service: Service, **seen: object) -> Standing:
    (standing,) = standings(PROJECT, (service,), Live("p", (HERE,), **seen))  # type: ignore[arg-type]
    return standing


def test_a_function_is_found_by_the_service_that_it_names() -> None:
    below, other = LiveService("on-upload-x7", HERE), LiveService("on-upload", HERE)
    function = LiveFunction("on_upload", HERE, service="on-upload-x7")
    standing = found(FUNCTION, services=(other, below), functions=(function,))
    assert (standing.live, standing.function) == (below, function)


def test_where_functions_cannot_be_listed_its_service_still_tells_whose_it_is() -> None:
    other, below = LiveService("on-upload", HERE), LiveService("x7", HERE, function="on_upload")
    blind = (Blind(HERE, "functions", "permission cloudfunctions.functions.list is missing"),)
    standing = found(FUNCTION, services=(other, below), blind=blind)
    assert (standing.live, standing.function) == (below, None)
    assert standing.blind == ("permission cloudfunctions.functions.list is missing",)
    assert (standing.run_seen, standing.functions_seen) == (True, False)


def test_a_service_of_another_region_is_another() -> None:
    assert found(RUN, services=(LiveService("orders", THERE),)).live is None


def test_a_service_of_cloud_run_needs_no_list_of_functions() -> None:
    unseen = (Blind(HERE, "functions", "no functions"), Blind(THERE, "run", "elsewhere"))
    assert found(RUN, blind=unseen).blind == ()
    standing = found(RUN, blind=(Blind(HERE, "run", "no run"),))
    assert (standing.blind, standing.run_seen) == (("no run",), False)
    assert found(FUNCTION, blind=(Blind(HERE, "run", "no run"),)).blind == ("no run",)


def test_what_serves_is_in_the_order_of_its_share() -> None:
    service = LiveService(
        "orders",
        HERE,
        traffic=(Share("orders-1", 10), Share("orders-2", 90)),
        serving=(LiveRevision("orders-1"), LiveRevision(""), LiveRevision("orders-2")),
    )
    assert [one.name for one in found(RUN, services=(service,)).serving] == ["orders-2", "orders-1"]


def test_strangers_are_told_by_what_made_them() -> None:
    own = LiveService("orders", HERE)
    below = LiveService("on-upload", HERE, function="on_upload")
    run, function = LiveService("ledger", HERE), LiveService("sum-up", HERE, function="sum_up")
    away = LiveService("orders", THERE)
    live = Live("p", (HERE, THERE), (own, below, run, function, away))
    assert strangers(live, standings(PROJECT, PROJECT.services, live)) == (
        ("run", "ledger", run),
        ("function", "sum_up", function),
        ("run", "orders", away),
    )
