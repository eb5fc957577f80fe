"""The gate: what may be relied on, and what is let pass on the record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from deployguard.drift.gate import gate
from deployguard.gcp.bucket import Bucket
from deployguard.gcp.connection import Connection
from deployguard.journal.overrides import read_overrides
from deployguard.model.drift import DriftReport, Judged, Verdict
from tests.drift.site import Site

MOMENT = datetime(2030, 1, 1, tzinfo=UTC)


def report(**verdicts: Verdict) -> DriftReport:
    judged = tuple(Judged(name, "run", "r", verdict, "so") for name, verdict in verdicts.items())
    return DriftReport("0" * 40, "main", MOMENT, judged)


@pytest.mark.parametrize("verdict", [Verdict.CURRENT, Verdict.EQUIVALENT])
def test_what_is_written_passes(verdict: Verdict) -> None:
    assert gate(report(orders=verdict), ["orders"]).allowed


@pytest.mark.parametrize("verdict", sorted(set(Verdict) - {Verdict.CURRENT, Verdict.EQUIVALENT}))
def test_everything_else_is_refused_until_it_is_allowed_by_its_name(verdict: Verdict) -> None:
    if verdict is Verdict.UNMANAGED:  # never a configured service's
        return
    refused = gate(report(orders=verdict), ["orders"])
    assert (refused.allowed, refused.unknown) == (False, verdict is Verdict.UNKNOWN)
    assert refused.reasons == (f"orders: {verdict}: so",)
    others = frozenset(set(Verdict) - {verdict})
    by_others = gate(report(orders=verdict), ["orders"], others)
    assert (by_others.allowed, by_others.passed) == (False, ())
    allowed = gate(report(orders=verdict), ["orders"], frozenset({verdict}))
    assert (allowed.allowed, [one.name for one in allowed.passed]) == (True, ["orders"])


def test_a_service_that_is_not_in_the_report_is_unknown() -> None:
    refused = gate(report(orders=Verdict.CURRENT), ["orders", "parcels"], frozenset({Verdict.STALE}))
    assert (refused.allowed, refused.unknown) == (False, True)
    stranger = gate(report(parcels=Verdict.UNMANAGED), ["parcels"], frozenset({Verdict.UNMANAGED}))
    assert stranger.unknown


def test_one_bad_service_of_a_tracker_is_enough() -> None:
    assert not gate(report(orders=Verdict.CURRENT, parcels=Verdict.STALE), ["orders", "parcels"]).allowed


@pytest.fixture
def bucket(site: Site) -> Bucket:
    name = f"{site.project}-state"
    site.cloud.storage.create_bucket(name)
    return Bucket(Connection(site.project, site.cloud.address), name)


@pytest.mark.slow
def test_a_tracker_stands_for_the_services_that_write_it(site: Site) -> None:
    site.everywhere(site.head)
    assert site.run("gate", "shop").out.splitlines() == [
        f"orders: current: serves {site.head[:12]}, the head",
        f"parcels: current: serves {site.head[:12]}, the head",
    ]
    site.commit("Raise", shared__rules_py="LIMIT = 2\n")
    ran = site.run("gate", "shop", "--output-format", "json")
    assert (ran.code, ran.value["allowed"], ran.value["unknown"]) == (1, False, False)
    assert site.run("gate", "parcels").code == 0


@pytest.mark.slow
def test_what_is_let_pass_is_recorded_with_its_reason(site: Site, bucket: Bucket) -> None:
    site.everywhere(site.head)
    site.commit("Raise", shared__rules_py="LIMIT = 2\n")
    assert site.run("gate", "shop", "--allow", "stale").code == 2
    assert read_overrides(bucket) == ()
    ran = site.run("gate", "shop", "--allow", "stale", "--reason", "the limit does not matter here")
    assert ran.code == 0
    assert "let pass although it is stale" in ran.err
    (kept,) = read_overrides(bucket)
    assert (kept.command, kept.subject, kept.allowed) == ("gate", "orders", "stale")
    assert kept.reason == "the limit does not matter here"


@pytest.mark.slow
def test_nothing_passes_that_cannot_be_recorded(site: Site) -> None:
    site.everywhere(site.head)
    site.commit("Raise", shared__rules_py="LIMIT = 2\n")
    assert site.run("gate", "shop", "--allow", "stale", "--reason", "why not").code == 2


@pytest.mark.slow
def test_what_cannot_be_told_passes_only_by_its_own_name_and_loudly(site: Site, bucket: Bucket) -> None:
    site.everywhere("f" * 40)
    assert site.run("gate", "shop").code == 2
    assert site.run("gate", "shop", "--allow", "stale", "--reason", "why not").code == 2
    assert read_overrides(bucket) == ()
    ran = site.run("gate", "shop", "--allow", "unknown", "--reason", "the clone is new")
    assert ran.code == 0
    assert "CANNOT BE TOLD" in ran.err
    assert [kept.allowed for kept in read_overrides(bucket)] == ["unknown", "unknown"]


@pytest.mark.slow
def test_neither_a_tracker_nor_a_service_is_refused(site: Site) -> None:
    ran = site.run("gate", "nothing")
    assert (ran.code, "neither a tracker nor a service" in ran.err) == (2, True)
