"""What a release must not change unless it says so: taken before, compared after."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deployguard.model.live import LiveRevision, LiveService, Settings, Share, Stamp
from deployguard.release.standing import (
    Difference,
    Standing,
    differences,
    expected,
    read_standing,
    standing_of,
)

SETTINGS = Settings(
    env=("BUILD_COMMIT", "STAGE"),
    secrets=(("KEY", "key:3"),),
    service_account="orders@shop.iam.gserviceaccount.com",
    memory="512Mi",
    cpu="1",
    concurrency=80,
    timeout=300,
    min_instances=1,
    max_instances=5,
    vpc="inner",
)
LIVE = LiveService(
    "orders",
    "us-west2",
    traffic=(Share("orders-1", 40), Share("orders-2", 60)),
    latest_created="orders-3",
    serving=(
        LiveRevision("orders-1", ready=True, stamp=Stamp("a" * 40)),
        LiveRevision("orders-2", ready=True, stamp=Stamp("b" * 40)),
    ),
    template=SETTINGS,
    ingress="internal",
    generation=7,
)
HELD = {
    "service-account": "orders@shop.iam.gserviceaccount.com",
    "memory": "512Mi",
    "cpu": "1",
    "concurrency": "80",
    "timeout": "300",
    "min-instances": "1",
    "max-instances": "5",
    "vpc": "inner",
    "ingress": "internal",
}
BEFORE = standing_of(LIVE, {"user:b@shop.example", "user:a@shop.example"})
BACK = "deployguard rollback orders orders-2"


def told(found: Standing, *announced: str, wanted: Standing = BEFORE) -> list[Difference]:
    return list(differences("orders", "us-west2", wanted, found, announced))


def with_setting(name: str, value: str) -> Standing:
    return replace(BEFORE, settings=tuple({**HELD, name: value}.items()))


def test_the_revision_with_most_traffic_speaks() -> None:
    assert (BEFORE.base, BEFORE.commit, BEFORE.generation) == ("orders-2", "b" * 40, 7)
    assert BEFORE.shares == (("orders-2", 60), ("orders-1", 40))
    assert BEFORE.invokers == ("user:a@shop.example", "user:b@shop.example")
    assert (BEFORE.env, BEFORE.secrets) == (SETTINGS.env, SETTINGS.secrets)
    assert dict(BEFORE.settings) == HELD


@pytest.mark.parametrize(
    "standing", [BEFORE, Standing(), standing_of(LIVE, None), standing_of(replace(LIVE, serving=()), ())]
)
def test_it_survives_the_journal(standing: Standing) -> None:
    assert read_standing(standing.as_text()) == standing


def test_no_service_is_a_standing_too() -> None:
    assert standing_of(None, None) == read_standing("") == Standing()


def test_nothing_changed_is_no_difference() -> None:
    assert told(BEFORE) == []


def test_what_is_expected_holds_the_new_variables_and_secrets() -> None:
    secrets = {"KEY": "key:4", "/etc/token": "token:1"}
    wanted, announced = expected(BEFORE, {"NEW"}, secrets, ("memory",))
    assert wanted.env == ("BUILD_COMMIT", "KEY", "NEW", "STAGE")
    assert wanted.secrets == (("/etc/token", "token:1"), ("KEY", "key:4"))
    assert announced == {"memory"}


def test_a_variable_or_secret_that_came_or_went_is_named() -> None:
    found = replace(BEFORE, env=("BUILD_COMMIT", "OTHER"), secrets=(("KEY", "key:4"),))
    assert told(found) == [
        Difference("env", "-STAGE", "+OTHER", BACK),
        Difference("secrets", "-KEY=key:3", "+KEY=key:4", BACK),
    ]


@pytest.mark.parametrize("name", [name for name in HELD if name != "ingress"])
def test_a_setting_that_changed_is_named_unless_it_was_announced(name: str) -> None:
    assert told(with_setting(name, "other")) == [Difference(name, HELD[name], "other", BACK)]
    assert told(with_setting(name, "other"), name) == []


def test_no_revision_brings_ingress_back() -> None:
    undo = "gcloud run services update orders --region=us-west2 --ingress=internal"
    assert told(with_setting("ingress", "all")) == [Difference("ingress", "internal", "all", undo)]


def test_an_invoker_who_came_or_went_is_named_with_the_command_that_undoes_it() -> None:
    found = replace(BEFORE, invokers=("allUsers", "user:a@shop.example"))
    verb = "gcloud run services {}-iam-policy-binding orders --region=us-west2 --member={} --role=roles/run.invoker"
    assert told(found) == [
        Difference("invokers", "", "allUsers", verb.format("remove", "allUsers")),
        Difference("invokers", "user:b@shop.example", "", verb.format("add", "user:b@shop.example")),
    ]


def test_invokers_that_could_not_be_read_are_not_compared() -> None:
    unread = replace(BEFORE, invokers=None)
    assert told(unread) == []
    assert told(BEFORE, wanted=unread) == []
