"""Back to what served before, from the journal or by name; and the journal told."""

from __future__ import annotations

import json

import pytest

from tests.release.shop import Shop
from tests.release.test_deploy import is_clean, shipped

pytestmark = pytest.mark.slow


def test_back_from_the_journal_forth_by_name_and_the_history_of_it(shop: Shop) -> None:
    first = shipped(shop)
    commit = shop.version("2")
    assert shop.deploy().code == 0
    second = shop.live().serving[0].name
    said = shop.run("rollback", shop.name, "--reason", "it sums wrongly")
    assert said.code == 0, said
    assert shop.live().serving[0].name == first
    assert "1 relevant commit older than" in said.err
    assert is_clean(shop)
    again = shop.run("rollback", shop.name, first)
    assert (again.code, "already" in again.out) == (0, True), again
    assert shop.run("rollback", shop.name, second).code == 0
    assert shop.live().serving[0].name == second
    said = shop.run("history", shop.name, "--output-format", "json")
    assert said.code == 0, said
    told = json.loads(said.out)["releases"]
    assert [one["action"] for one in told] == ["rollback", "rollback", "deploy", "deploy"]
    assert told[1]["overrides"] == [{"name": "rollback", "reason": "it sums wrongly"}]
    assert told[2]["commit"] == commit
    assert shop.name in shop.run("history").out
    said = shop.run("history", f"{shop.name}s")
    assert (said.code, f"{shop.name}?" in said.err) == (2, True), said


def test_a_second_rollback_never_goes_back_to_the_bad_one(shop: Shop) -> None:
    first = shipped(shop)
    shop.version("2")
    assert shop.deploy().code == 0
    shop.version("3")
    assert shop.deploy().code == 0
    third = shop.live().serving[0].name
    assert shop.run("rollback", shop.name, "--reason", "it sums wrongly").code == 0
    assert shop.answer()["version"] == "2"
    said = shop.run("rollback", shop.name)
    assert (said.code, shop.live().serving[0].name) == (0, first), said
    said = shop.run("rollback", shop.name)
    assert (said.code, f"{third} was rolled back from on" in said.err) == (2, True), said
    assert "it sums wrongly" in said.err
    assert shop.live().serving[0].name == first
    said = shop.run("rollback", shop.name, third)
    assert (said.code, "NOTE" in said.err, shop.answer()["version"]) == (0, True, "3"), said


def test_nothing_to_go_back_to_is_said(shop: Shop) -> None:
    first = shipped(shop)
    said = shop.run("rollback", shop.name)
    assert said.code == 2, said
    assert f"before {first}" in said.err
    said = shop.run("rollback", shop.name, f"{shop.name}-nothing")
    assert (said.code, "there is no revision" in said.err) == (2, True), said


def test_what_never_became_ready_is_no_place_to_go_back_to(shop: Shop) -> None:
    first = shipped(shop)
    shop.write(f"{shop.name}/main.py", 'raise RuntimeError("broken at start")\n')
    shop.done("Break it")
    assert shop.deploy().code == 1
    broken = shop.live().latest_created
    assert broken != first
    said = shop.run("rollback", shop.name, broken)
    assert (said.code, f"{broken} is not ready and cannot serve" in said.err) == (2, True), said
    assert shop.live().percent(first) == 100
