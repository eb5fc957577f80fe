"""A laptop that was not fetched for a while does not ship over what others have shipped since."""

from __future__ import annotations

import pytest

from tests.release.shop import Shop
from tests.repositories import git

pytestmark = pytest.mark.slow
ALLOWED = ("--allow", "older-than-serving", "--reason", "the newer one sums wrongly")


def test_an_older_commit_is_shipped_by_name_alone(shop: Shop) -> None:
    first = shop.commit()
    git(shop.folder.parent, "clone", "--quiet", "origin.git", "laptop")
    assert shop.deploy().code == 0
    second = shop.version("2")
    assert shop.deploy().code == 0
    said = shop.run("deploy", shop.name, "--no-smoke", "-C", "../laptop")
    assert (said.code, f"{second} is not in this clone" in said.out) == (2, True), said
    assert shop.answer()["version"] == "2"
    git(shop.folder.parent / "laptop", "fetch", "--quiet")
    said = shop.run("plan", shop.name, "-C", "../laptop", "--rev", first)
    assert (said.code, f"{first[:12]} is older than what serves: {second[:12]}" in said.out) == (1, True), (
        said
    )
    said = shop.deploy("--rev", first)
    assert (said.code, shop.answer()["version"]) == (1, "2"), said
    said = shop.deploy("--rev", first, *ALLOWED)
    assert (said.code, shop.answer()["version"]) == (0, "1"), said
    assert shop.releases()[-1].overrides == (("older-than-serving", ALLOWED[-1]),)
