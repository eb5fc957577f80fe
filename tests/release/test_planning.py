"""What a plan says would change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deployguard.model.digests import value_digest
from deployguard.model.drift import Commit, Judged, Serving, Verdict
from deployguard.model.errors import UsageError
from deployguard.model.live import LiveRevision, LiveService, Settings, Share, Stamp
from deployguard.model.release import Blocker, Plan, ServicePlan
from deployguard.model.service import Service
from deployguard.model.stamp_names import StampNames
from deployguard.release.plan_file import plan_json, read_plan
from deployguard.release.planning import Wanted, in_order, service_plan
from deployguard.report.plan import plan_summary, plan_text

STAMPED = ("BUILD_COMMIT", "BUILD_FINGERPRINT", "BUILD_TIMESTAMP")
WANTED = Wanted(Service("orders", "run"), "us-west2", "b" * 40, "2" * 40, StampNames())
SETTINGS = Settings(env=STAMPED, memory="1024Mi", cpu="1000m", timeout=3600)
REVISION = LiveRevision("orders-1", ready=True, stamp=Stamp("a" * 40, "1" * 40), settings=SETTINGS)
LIVE = LiveService(
    "orders",
    "us-west2",
    traffic=(Share("orders-1", 100),),
    latest_created="orders-1",
    serving=(REVISION,),
    template=SETTINGS,
    generation=7,
)
MOMENT = datetime(2026, 11, 23, 7, tzinfo=UTC)
JUDGED = Judged(
    "orders",
    "run",
    "us-west2",
    Verdict.STALE,
    serving=Serving("orders-1", "a" * 40, since=MOMENT),
    behind=3,
    commits=(Commit("b" * 40, "Ana", MOMENT, "Count twice", ("shared/count.py",)),),
)


def plan(wanted: Wanted = WANTED, live: LiveService | None = LIVE) -> ServicePlan:
    return service_plan(wanted, live, JUDGED if live else None, ())


def changed(planned: ServicePlan) -> dict[str, str]:
    return {change.what: change.after for change in planned.changes}


def with_settings(**settings: object) -> Wanted:
    table = {name.replace("_", "-"): value for name, value in settings.items()}
    configured = {"settings": table, "enforce": tuple(table)}
    return replace(WANTED, service=replace(WANTED.service, table=configured))


def test_other_content_changes_the_image_and_the_traffic() -> None:
    assert changed(plan()) == {"image": "2" * 40, "traffic": "the new revision 100 %"}
    assert (plan().action, plan().base, plan().base_generation) == ("update", "orders-1", 7)


def test_the_same_content_changes_nothing() -> None:
    current = replace(JUDGED, verdict=Verdict.CURRENT, commits=())
    assert service_plan(replace(WANTED, fingerprint="1" * 40), LIVE, current, ()).action == "none"


def test_what_the_build_reads_changes_it_though_the_same_arrives() -> None:
    planned = plan(replace(WANTED, fingerprint="1" * 40))
    assert (planned.action, changed(planned)) == ("update", {"build inputs": "shared/count.py"})


def test_what_could_not_be_asked_is_not_said_to_be_absent() -> None:
    blind = Blocker("cloud", "permission run.services.list is missing", unknown=True)
    planned = service_plan(WANTED, None, None, (blind,))
    assert planned.action == "unknown"
    assert "could not be asked" in plan_text(Plan("shop", "b" * 40, (planned,)))


def test_a_service_that_is_not_there_is_created() -> None:
    planned = plan(live=None)
    assert planned.action == "create"
    assert changed(planned)["env"] == "+BUILD_COMMIT +BUILD_FINGERPRINT +BUILD_TIMESTAMP"


def test_what_is_created_gets_its_labels() -> None:
    created = changed(service_plan(WANTED, None, None, ()))
    assert created == {
        "image": "2" * 40,
        "env": " ".join(f"+{name}" for name in STAMPED),
        "labels": "+commit-sha +fingerprint +dirty +managed-by",
    }


def test_a_function_is_shipped_as_its_source() -> None:
    function = replace(WANTED, service=Service("orders", "function"))
    assert changed(plan(function)) == {"source": "2" * 40, "traffic": "the new revision 100 %"}


def test_a_plan_tells_what_serves_and_how_far_behind_it_is() -> None:
    assert (plan().serving, plan().behind, plan().commits) == (JUDGED.serving, 3, JUDGED.commits)
    blind = service_plan(WANTED, None, None, ())
    assert (blind.serving, blind.behind, blind.commits) == (None, 0, ())


def test_settings_written_another_way_are_no_change() -> None:
    planned = plan(with_settings(memory="1Gi", cpu=1, timeout="1h"))
    assert changed(planned).keys() == {"image", "traffic"}


def test_a_setting_that_differs_is_named() -> None:
    assert changed(plan(with_settings(memory="2Gi")))["memory"] == "2Gi"


def test_a_setting_that_is_not_enforced_is_left_as_it_is() -> None:
    wanted = with_settings(memory="2Gi")
    left = replace(wanted.service, table={"settings": wanted.service.table["settings"]})
    assert "memory" not in changed(plan(replace(wanted, service=left)))


def test_services_come_after_what_they_name() -> None:
    first, second = Service("a", "run", after=("b",)), Service("b", "run")
    assert [each.name for each in in_order([first, second])] == ["b", "a"]


def test_a_new_variable_is_named_without_its_value() -> None:
    planned = plan(with_settings(env={"STAGE": "hush"}))
    assert changed(planned)["env"] == "+STAGE"
    assert "hush" not in repr(planned)


def test_a_split_is_ended_even_when_the_content_is_the_same() -> None:
    split = replace(LIVE, traffic=(Share("orders-1", 60), Share("orders-0", 40)))
    assert "traffic" in changed(plan(replace(WANTED, fingerprint="1" * 40), split))


def test_what_others_made_and_nothing_calls_is_replaced() -> None:
    waits = replace(LIVE, latest_created="orders-2", template=replace(SETTINGS, memory="2Gi"))
    planned = plan(replace(WANTED, fingerprint="1" * 40), waits)
    assert planned.action == "update"
    assert changed(planned)["newest revision"] == "the new one"
    assert changed(planned)["memory, as it was set meanwhile"] == "2Gi"


def test_what_an_undone_release_of_ours_left_is_no_change() -> None:
    left = Stamp("b" * 40, release="r2")
    waits = replace(LIVE, latest_created="orders-r2", template_stamp=left)
    current = replace(JUDGED, verdict=Verdict.CURRENT, commits=())
    assert service_plan(replace(WANTED, fingerprint="1" * 40), waits, current, ()).action == "none"


@pytest.mark.parametrize(("held", "said"), [("one", {}), ("two", {"env STAGE": "value changes"})])
def test_an_enforced_value_that_differs_is_named_and_not_shown(held: str, said: dict[str, str]) -> None:
    has = replace(SETTINGS, env=(*STAMPED, "STAGE"), values=(("STAGE", value_digest("uid", "STAGE", held)),))
    live = replace(LIVE, uid="uid", template=has, serving=(replace(REVISION, settings=has),))
    wanted = replace(with_settings(env={"STAGE": "one"}), fingerprint="1" * 40)
    current = replace(JUDGED, verdict=Verdict.CURRENT, commits=())
    assert changed(service_plan(wanted, live, current, ())) == said
    free = replace(wanted.service, table={"settings": wanted.service.table["settings"]})
    planned = service_plan(replace(wanted, service=free), live, current, ())
    assert (changed(planned), bool(planned.notes)) == ({}, bool(said))


def test_a_secret_that_is_not_enforced_stays_as_it_is() -> None:
    has = replace(SETTINGS, secrets=(("KEY", "orders-key:1"),))
    live = replace(LIVE, template=has, serving=(replace(REVISION, settings=has),))
    wanted = with_settings(secrets={"KEY": "orders-key:2"})
    assert changed(plan(wanted, live))["secret KEY"] == "orders-key:2"
    free = replace(wanted.service, table={"settings": wanted.service.table["settings"]})
    assert "secret KEY" not in changed(plan(replace(wanted, service=free), live))
    memory = replace(wanted.service, table={**wanted.service.table, "enforce": ("memory",)})
    assert "secret KEY" not in changed(plan(replace(wanted, service=memory), live))


@pytest.mark.parametrize(
    ("held", "configured"), [("orders-key:2", "orders-key:2"), ("orders-key:latest", "orders-key")]
)
def test_an_enforced_secret_that_is_there_is_no_change(held: str, configured: str) -> None:
    has = replace(SETTINGS, secrets=(("KEY", held),))
    live = replace(LIVE, template=has, serving=(replace(REVISION, settings=has),))
    assert "secret KEY" not in changed(plan(with_settings(secrets={"KEY": configured}), live))


def test_canary_steps_are_shown() -> None:
    assert changed(plan(replace(WANTED, canary=(5, 100))))["traffic"] == "the new revision 5 %, then 100 %"


def test_a_plan_survives_the_disk(tmp_path: Path) -> None:
    blocked = replace(plan(), blockers=(Blocker("pushed", "not pushed", "git push", allowed=True),))
    whole = Plan("shop", "b" * 40, (blocked, plan(live=None)), ("a note",))
    (tmp_path / "plan.json").write_text(plan_json(whole))
    assert read_plan(tmp_path / "plan.json") == whole


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 2}', '{"schema": 1, "services": [1]}'])
def test_what_is_no_plan_is_a_clear_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(UsageError, match=r"plan\.json"):
        read_plan(tmp_path / "plan.json")


def test_the_text_names_commits_and_how_they_reached_the_service() -> None:
    text = plan_text(Plan("shop", "b" * 40, (plan(),)))
    assert "~ orders (run, us-west2) will be updated" in text
    assert "bbbbbbbbbbbb Ana: Count twice" in text
    assert "by shared/count.py" in text


def test_the_summary_counts_what_is_blocked() -> None:
    blocked = replace(plan(), blockers=(Blocker("pushed", "not pushed"),))
    assert (
        plan_summary(Plan("shop", "b" * 40, (blocked,)))
        == "0 to create, 1 to update, 0 unchanged; 1 service blocked"
    )


@pytest.mark.parametrize("verdict", [Verdict.MODIFIED, Verdict.DIRTY])
def test_a_stamp_that_others_left_on_something_else_is_not_taken_for_what_is_wanted(verdict: Verdict) -> None:
    same = replace(WANTED, fingerprint="1" * 40)
    planned = service_plan(same, LIVE, replace(JUDGED, verdict=verdict), ())
    assert planned.action == "update"
    assert changed(planned).keys() == {"image", "traffic"}


def test_a_file_that_is_no_plan_is_told_however_deep_it_is(tmp_path: Path) -> None:
    for text in ("", "null", "[" * 100_000):
        (tmp_path / "plan.json").write_text(text)
        with pytest.raises(UsageError, match="is no plan"):
            read_plan(tmp_path / "plan.json")
