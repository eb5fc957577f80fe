"""A bucket that is not there, or may not be used: said with the place, the cause and what to do, and never taken for well."""

from __future__ import annotations

import pytest

from tests.release.shop import Shop

pytestmark = pytest.mark.slow

VERBS = (("deploy", "--no-smoke"), ("rollback",), ("history",))


def said_by(shop: Shop, verb: str, *words: str) -> str:
    """Run a verb that is to end with 2, and return what it says."""
    ran = shop.run(verb, *([] if verb == "history" else [shop.name]), *words)
    assert ran.code == 2, ran
    return ran.out + ran.err


def test_one_that_is_not_there(shop: Shop) -> None:
    shop.commit()
    assert shop.deploy().code == 0
    text = (shop.folder / "deployguard.toml").read_text()
    shop.write("deployguard.toml", text.replace(shop.bucket, f"{shop.bucket}-gone"))
    shop.version("2")
    for verb, *words in VERBS:
        said = said_by(shop, verb, *words)
        assert f"gs://{shop.bucket}-gone: there is no such bucket" in said
        assert "`deployguard emulator`, started in this repository, makes it" in said
    assert shop.answer()["version"] == "1"
    drift = said_by(shop, "drift")
    assert f"what the last release left cannot be read: gs://{shop.bucket}-gone: there is no such" in drift


def test_one_that_is_not_there_says_nothing_of_what_nobody_released(shop: Shop) -> None:
    shop.commit()
    text = (shop.folder / "deployguard.toml").read_text()
    shop.write("deployguard.toml", text.replace(shop.bucket, f"{shop.bucket}-gone"))
    shop.done("Name another bucket")
    ran = shop.run("drift", shop.name)
    assert (ran.code, "missing" in ran.out) == (1, True), ran


@pytest.mark.parametrize("permission", ["create", "get", "list"])
def test_one_that_may_not_be_used(shop: Shop, permission: str) -> None:
    shop.commit()
    if permission != "create":
        assert shop.deploy().code == 0
    shop.version("2")
    fault = {"effect": "deny", "on": f"storage.objects.{permission}", "times": 0}
    shop.cloud.admin("POST", "faults", fault)
    for verb, *words in VERBS[: 2 if permission == "create" else 3]:
        ran = shop.run(verb, *([] if verb == "history" else [shop.name]), *words)
        said = ran.out + ran.err
        assert ran.code in {1, 2}, ran
        assert f"permission storage.objects.{permission} is missing" in said
        assert "roles/storage.objectUser on the bucket" in said
        assert ("http" in said, "Expected one of" in said) == (False, False), said


def test_an_api_that_is_not_enabled_is_said_to_be(shop: Shop) -> None:
    shop.commit()
    message = (
        "Cloud Run Admin API has not been used in project 12 before or it is disabled. Enable it by visiting "
        "https://console.developers.google.com/apis/api/run.googleapis.com/overview?project=12 then retry."
    )
    fault = {"effect": "error", "on": "Services.ListServices", "status": "PERMISSION_DENIED"}
    shop.cloud.admin("POST", "faults", {**fault, "times": 0, "message": message})
    ran = shop.run("drift", shop.name)
    assert (ran.code, "`gcloud services enable run.googleapis.com` enables it" in ran.out) == (2, True), ran


def test_a_rollback_to_a_named_revision_needs_no_whole_journal(shop: Shop) -> None:
    shop.commit()
    assert shop.deploy().code == 0
    first = shop.live().serving[0].name
    shop.version("2")
    assert shop.deploy().code == 0
    shop.version("3")
    assert shop.deploy().code == 0
    id = shop.releases()[0].id
    for name in (*shop.objects.list("history/"), *shop.objects.list("releases/")):
        if id in name:
            shop.objects.put(name, b"{")
    unnamed = shop.run("rollback", shop.name)
    assert (unnamed.code, "is damaged" in unnamed.out, "put a good copy there" in unnamed.out) == (
        1,
        True,
        True,
    )
    named = shop.run("rollback", shop.name, first)
    assert (named.code, "served before is not known" in named.err) == (0, True), named
    assert shop.answer()["version"] == "1"
