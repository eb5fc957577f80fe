"""The commands of the runbooks on going back and on the gate do what they say."""

from __future__ import annotations

import json
import re
import shlex
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.release.shop import Shop
from tests.repositories import git

pytestmark = pytest.mark.slow
RUNBOOKS = Path(__file__).parents[2] / "docs/runbooks"
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def codes(shop: Shop, page: str) -> list[int]:
    """Type every line of a page, with the shop's own service in the place of `orders`."""
    blocks = _BLOCK.findall((RUNBOOKS / page).read_text())
    return [typed(shop, line) for block in blocks for line in block.splitlines()]


def typed(shop: Shop, line: str) -> int:
    program, *words = [shop.name if word == "orders" else word for word in shlex.split(line)]
    if program == "git":
        git(shop.folder, *words)
        return 0
    ran = shop.run(*words)
    assert "Traceback" not in ran.err
    return ran.code


def test_going_back(shop: Shop) -> None:
    shop.commit()
    assert shop.deploy().code == 0
    shop.version("2")
    assert shop.deploy().code == 0
    git(shop.folder, "branch", "--quiet", "--set-upstream-to", "origin/main")
    assert codes(shop, "rollback.md") == [0, 0, 0, 1, 0, 0, 0]
    assert shop.answer()["version"] == "1"


def test_stale_before_reconcile(shop: Shop) -> None:
    tracker = f"""
[trackers.phase3]
store = "sqlite:///state/completion.sqlite"
collection = "phase3_completion"
expected = ["invoice"]
optional = true
written-by = ["{shop.name}"]
"""
    shop.commit(more=tracker)
    assert shop.deploy().code == 0
    shop.version("2")
    (shop.folder / "state").mkdir()
    today = datetime.now(UTC).date().isoformat()
    with closing(sqlite3.connect(shop.folder / "state/completion.sqlite")) as documents, documents:
        documents.execute("CREATE TABLE phase3_completion (date TEXT PRIMARY KEY, document JSON)")
        text = json.dumps({"invoice": {}, "_completed_count": 0, "_triggered": True})
        documents.execute("INSERT INTO phase3_completion VALUES (?, ?)", (today, text))
    assert typed(shop, "deployguard reconcile phase3 --fix") == 1
    assert codes(shop, "stale-before-reconcile.md") == [1, 1, 0, 0, 0, 0, 0]
