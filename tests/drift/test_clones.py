"""What a clone that lacks a part of the history, or goes another way, says of what serves."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from deployguard.model.drift import Verdict
from deployguard.model.live import LiveRevision
from tests.drift.judging import NOW, ORDERS, judged, judged_at, serving
from tests.repositories import git, head, make_repository, sample_files

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_repository(tmp_path / "repository", list(sample_files(ORDERS)))
    git(made, "config", "uploadpack.allowAnySHA1InWant", "true")
    return made


def commit(folder: Path, path: str, text: str) -> str:
    (folder / path).write_text(text)
    git(folder, "add", path)
    git(folder, "commit", "--quiet", "-m", f"Write {path}")
    return head(folder)


def shallow(folder: Path, *more: str) -> Path:
    """Clone the last commit alone, as a pipeline does, and these commits without what lies between."""
    clone = folder.parent / "shallow"
    git(folder.parent, "clone", "--quiet", "--depth", "1", f"file://{folder}", str(clone))
    for sha in more:
        git(clone, "fetch", "--quiet", "--depth", "1", "origin", sha)
    return clone


def test_a_shallow_clone_that_lacks_the_commit_says_how_to_get_it(folder: Path) -> None:
    base = head(folder)
    commit(folder, "orders/main.py", "def handle(request): return 1\n")
    found = judged_at(shallow(folder), base, "orders")["orders"]
    assert (found.verdict, found.fix) == (Verdict.UNKNOWN, "git fetch --unshallow")


def test_a_shallow_clone_with_both_ends_knows_that_nothing_differs_and_not_who_changed_what(
    folder: Path,
) -> None:
    base = head(folder)
    commit(folder, "README.md", "read me\n")
    same = judged_at(shallow(folder, base), base, "orders")["orders"]
    assert same.verdict in {Verdict.CURRENT, Verdict.EQUIVALENT}

    commit(folder, "orders/main.py", "def handle(request): return 1\n")
    commit(folder, "README.md", "read it\n")
    clone = folder.parent / "shallow"
    git(clone, "fetch", "--quiet", "--depth", "1", "origin", "main")
    git(clone, "reset", "--quiet", "--hard", "FETCH_HEAD")
    found = judged_at(clone, base, "orders")["orders"]
    assert (found.verdict, found.fix) == (Verdict.UNKNOWN, "git fetch --unshallow")
    assert "this clone is shallow" in found.reason


def test_a_shallow_clone_that_holds_what_serves_says_that_more_may_have_come(folder: Path) -> None:
    root = head(folder)
    base = commit(folder, "README.md", "read me\n")
    commit(folder, "orders/main.py", "def handle(request): return 1\n")
    git(folder, "checkout", "--quiet", "-b", "side", root)
    commit(folder, "notes.md", "1\n")
    commit(folder, "notes.md", "2\n")
    git(folder, "checkout", "--quiet", "main")
    git(folder, "merge", "--quiet", "--no-ff", "--no-edit", "side")
    clone = folder.parent / "cut"
    git(folder.parent, "clone", "--quiet", "--depth", "3", f"file://{folder}", str(clone))
    found = judged_at(clone, base, "orders")["orders"]
    assert found.verdict is Verdict.STALE
    assert "this clone is shallow: there may be more commits" in found.details
    whole = judged_at(folder, base, "orders")["orders"]
    assert whole.verdict is Verdict.STALE
    assert not any("shallow" in detail for detail in whole.details)


def test_what_serves_from_another_branch_is_ahead_or_diverged(folder: Path) -> None:
    base = head(folder)
    ahead = commit(folder, "orders/main.py", "def handle(request): return 1\n")
    found = judged_at(folder, ahead, "orders", head=base)["orders"]
    assert (found.verdict, found.reason) == (
        Verdict.AHEAD,
        f"serves {ahead[:12]}, 1 commit ahead of the head",
    )
    git(folder, "checkout", "--quiet", "-b", "other", base)
    other = commit(folder, "orders/main.py", "def handle(request): return 2\n")
    found = judged_at(folder, ahead, "orders", head=other)["orders"]
    assert (found.verdict, found.fix) == (Verdict.DIVERGED, "deployguard deploy orders")
    assert "1 commit of its own, and 1 of the head missing" in found.reason


def test_the_same_content_from_another_branch_is_current(folder: Path) -> None:
    base = head(folder)
    beside = commit(folder, "README.md", "read me\n")
    found = judged_at(folder, beside, "orders", head=base)["orders"]
    assert found.verdict is Verdict.CURRENT
    assert "which the head does not contain, with the very same content" in found.reason


@pytest.mark.parametrize(
    ("later", "told"),
    [
        ({}, "nothing that changes it was committed since"),
        ({"orders/main.py": 1}, "1 commit that changes it came since"),
        ({"orders/main.py": 2, "README.md": 1}, "2 commits that change it came since"),
    ],
)
def test_an_unstamped_revision_is_judged_by_what_came_after_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, later: dict[str, int], told: str
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2098-12-30T12:00:00Z")
    git(folder, "commit", "--quiet", "--amend", "--no-edit")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2098-12-31T12:00:00Z")
    for path, times in later.items():
        for number in range(times):
            commit(folder, path, f"def handle(request): return {number}\n")
    made = LiveRevision("r-1", created=NOW - timedelta(days=1))
    found = judged(folder, (serving("orders", made),))["orders"]
    assert (found.verdict, found.reason) == (
        Verdict.UNSTAMPED,
        f"no stamp: judged by its time, 2098-12-31 00:00 UTC; {told}",
    )


def test_how_old_the_change_is_and_which_files_it_came_by_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = head(folder)
    for at, path in (("29T22", "orders/main.py"), ("31T21", "orders/a.py")):
        monkeypatch.setenv("GIT_AUTHOR_DATE", f"2098-12-{at}:00:00Z")
        commit(folder, path, f"def handle(request): return '{at}'\n")
    found = judged_at(folder, base, "orders")["orders"]
    assert found.reason == "2 commits since change it, the oldest 2 days old: orders/a.py, orders/main.py"
    single = judged_at(folder, git(folder, "rev-parse", "HEAD~1").strip(), "orders")["orders"]
    assert single.reason == "1 commit since changes it, 3 hours old: orders/a.py"
