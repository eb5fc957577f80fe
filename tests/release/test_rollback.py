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
    assert "1 commits behind HEAD" in said.err
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


def test_nothing_to_go_back_to_is_said(shop: Shop) -> None:
    first = shipped(shop)
    said = shop.run("rollback", shop.name)
    assert said.code == 2, said
    assert f"before {first}" in said.err
    said = shop.run("rollback", shop.name, f"{shop.name}-nothing")
    assert (said.code, "there is no revision" in said.err) == (2, True), said
