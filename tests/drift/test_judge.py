"""Verdicts on made-up services that no stock client would make at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from deployguard.config.load import load_project
from deployguard.drift.judge import Asked, judge
from deployguard.drift.notes import runtime_notes
from deployguard.drift.shipped import Shipping
from deployguard.drift.standing import standings
from deployguard.model.baseline import Baseline
from deployguard.model.drift import Verdict
from deployguard.model.errors import CloudError
from deployguard.model.live import Live, LiveFunction, LiveRevision, LiveService, Share, Stamp
from deployguard.model.runtime import Runtime
from deployguard.model.service import Project, Service
from deployguard.source.git import open_repository
from deployguard.source.history import History
from deployguard.source.lazy import Trees
from tests.drift.judging import NOW, ORDERS, REGION, judged, serving, stamped
from tests.repositories import git, head, make_repository, sample_files

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository", list(sample_files(ORDERS)))


def one_of(folder: Path, service: LiveService, baseline: Baseline | None = None) -> tuple[Verdict, str]:
    found = judged(folder, (service,), baselines={"orders": baseline} if baseline else None)["orders"]
    return found.verdict, found.reason


def test_a_newer_revision_that_is_not_decided_is_only_told(folder: Path) -> None:
    service = replace(stamped("orders", Stamp(commit=head(folder))), latest_created="orders-00002")
    found = judged(folder, (service,))["orders"]
    assert (found.verdict, "orders-00002 is being made ready" in found.details) == (Verdict.CURRENT, True)


def test_traffic_by_name_to_the_newest_revision_is_only_told(folder: Path) -> None:
    service = stamped("orders", Stamp(commit=head(folder)))
    found = judged(folder, (replace(service, traffic=(Share("orders-00001", 100),)),))["orders"]
    assert found.verdict is Verdict.CURRENT
    assert any("pinned to orders-00001 by name" in detail for detail in found.details)


def test_unknown_outranks_all_and_the_rest_is_told(folder: Path) -> None:
    service = replace(
        stamped("orders", Stamp(commit="1" * 40)), failed="it crashed", latest_created="orders-00002"
    )
    found = judged(folder, (service,))["orders"]
    assert found.verdict is Verdict.UNKNOWN
    assert any(detail.startswith("failed: orders-00002 never became ready") for detail in found.details)


def test_a_service_that_gets_no_requests_yet_is_unknown(folder: Path) -> None:
    assert one_of(folder, LiveService("orders", REGION))[0] is Verdict.UNKNOWN


def test_no_stamp_and_no_time_is_unknown(folder: Path) -> None:
    assert one_of(folder, serving("orders", LiveRevision("r-1")))[0] is Verdict.UNKNOWN


def test_an_unstamped_revision_older_than_the_history_says_so(folder: Path) -> None:
    revision = LiveRevision("r-1", created=NOW.replace(year=1999))
    verdict, reason = one_of(folder, serving("orders", revision))
    assert (verdict, "before all of this history" in reason) == (Verdict.UNSTAMPED, True)


def test_what_the_release_left_is_compared(folder: Path) -> None:
    left = Baseline("r1", "orders-00009", "")
    verdict, reason = one_of(folder, stamped("orders", Stamp(commit=head(folder))), left)
    assert (verdict, "since release r1" in reason) == (Verdict.MODIFIED, True)


def test_a_journal_that_cannot_be_read_is_unknown(folder: Path) -> None:
    def refusing(_: Service) -> Baseline | None:
        raise CloudError("permission", "storage.objects.get is missing")

    history = History(open_repository(folder))
    commit = history.named("HEAD") or ""
    project = load_project(Trees(history).at(commit), None)
    live = Live("p", (REGION,), (stamped("orders", Stamp(commit=commit)),))
    (found,) = judge(live, Shipping(history, commit, project), Asked(project.services, True, NOW, refusing))
    history.close()
    assert (found.verdict, "storage.objects.get" in found.reason) == (Verdict.UNKNOWN, True)


def test_a_service_without_a_region_is_unknown(folder: Path) -> None:
    text = (folder / "deployguard.toml").read_text().replace('region = "us-west2"\n', "")
    (folder / "deployguard.toml").write_text(text)
    git(folder, "commit", "--quiet", "--all", "--message", "No region")
    found = judged(folder, ())["orders"]
    assert (found.verdict, found.reason) == (Verdict.UNKNOWN, "no region is configured")


def test_a_first_generation_function_is_unknown() -> None:
    service = Service("orders", "function", source="orders", table={"region": REGION})
    live = Live("p", (REGION,), functions=(LiveFunction("orders", REGION, "ACTIVE"),))
    (standing,) = standings(Project("x", (service,)), (service,), live)
    assert (standing.live, standing.function is not None) == (None, True)


def test_a_runtime_that_ends_is_noted_by_what_is_deployed() -> None:
    old, new = (
        Service("old", "function", runtime=Runtime(3, 13)),
        Service("new", "function", runtime=Runtime(3, 13)),
    )
    image = Service("image", "run", dockerfile="Dockerfile", runtime=Runtime(3, 10))
    live = Live("p", (REGION,), functions=(LiveFunction("old", REGION, runtime="python310"),))
    (note,) = runtime_notes((old, new, image), live, date(2026, 11, 1))
    assert note.startswith("DG403: old: python310 was deprecated on 2026-10-04")
    quiet = replace(old, ignore=("DG403",))
    assert list(runtime_notes((quiet, new, image), live, date(2026, 11, 1))) == []


def test_shares_that_follow_the_latest_are_no_pin(folder: Path) -> None:
    service = stamped("orders", Stamp(commit=head(folder)))
    assert service.traffic == (Share("orders-00001", 100, latest=True),)
    assert judged(folder, (service,))["orders"].details == (
        "it is a Cloud Run service; Cloud Functions knows no function of this name",
    )


def test_a_commit_that_is_right_and_code_that_is_not_is_never_current(folder: Path) -> None:
    service = stamped("orders", Stamp(commit=head(folder), fingerprint="f" * 40))
    found = judged(folder, (service,))["orders"]
    assert found.verdict is Verdict.MODIFIED
    assert "is not what that commit holds: fingerprint ffffffffffff, not " in found.reason
    assert any("files that are not committed" in detail for detail in found.details)


def test_a_change_that_failed_after_its_revision_came_up_is_told_so(folder: Path) -> None:
    service = replace(stamped("orders", Stamp(commit=head(folder))), failed="the route is not ready")
    verdict, reason = one_of(folder, service)
    assert (verdict, reason) == (Verdict.FAILED, "its last change failed; orders-00001 still serves")


def test_a_service_whose_only_revision_has_no_name_serves_nothing(folder: Path) -> None:
    service = LiveService(
        "orders",
        REGION,
        latest_created="orders-00001",
        failed="it crashed",
        traffic=(Share("", 100, latest=True),),
        serving=(LiveRevision(""),),
    )
    found = judged(folder, (service,))["orders"]
    assert (found.verdict, found.serving) == (Verdict.FAILED, None)
    assert found.reason == "orders-00001 never became ready; nothing serves"
