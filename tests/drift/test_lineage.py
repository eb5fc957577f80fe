"""Whether what is to be shipped is older than what serves."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployguard.drift.lineage import Lineage, lineage
from deployguard.model.drift import Judged, Serving, Verdict
from deployguard.source.git import open_repository
from deployguard.source.history import History
from tests.repositories import git, make_repository, sample_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """`old`, then `new` on main; `side` beside `new`."""
    made = make_repository(tmp_path / "repository", list(sample_files("-- a.txt --\n1\n")))
    git(made, "tag", "old")
    git(made, "commit", "--quiet", "--allow-empty", "--message", "New")
    git(made, "tag", "new")
    git(made, "checkout", "--quiet", "-b", "aside", "old")
    git(made, "commit", "--quiet", "--allow-empty", "--message", "Side")
    git(made, "tag", "side")
    return made


def found(folder: Path, serving: str, shipped: str, fingerprint: str = "2" * 40) -> Lineage:
    history = History(open_repository(folder))
    try:
        named = {name: history.named(name) or "" for name in ("old", "new", "side")}
        history.load(named.values())
        judged = Judged(
            "orders", "run", "", Verdict.MODIFIED, serving=Serving("r", named.get(serving, serving), "1" * 40)
        )
        return lineage(history, judged, named[shipped], fingerprint)
    finally:
        history.close()


def test_older_newer_and_beside(folder: Path) -> None:
    new = git(folder, "rev-parse", "new").strip()
    assert found(folder, "new", "old") == Lineage(newer=new)
    assert found(folder, "old", "new") == Lineage()
    assert found(folder, "new", "new") == Lineage()
    assert found(folder, "side", "new") == Lineage(dropped=1)


def test_what_ships_the_same_may_be_of_any_age(folder: Path) -> None:
    assert found(folder, "new", "old", "1" * 40) == Lineage()


def test_a_commit_that_this_clone_lacks_cannot_be_told_and_what_is_none_says_nothing(folder: Path) -> None:
    assert "is not in this clone" in found(folder, "0" * 40, "old").untold
    assert found(folder, "latest", "old") == Lineage()
    assert found(folder, "", "old") == Lineage()
