"""Whether a branch holds a commit, here and at the remote, on real repositories."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployguard.source.branch import Holding, default_branch, holding
from deployguard.source.git import open_repository
from tests.repositories import git, head, make_repository, sample_files


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "here", sample_files("-- a.txt --\na\n"))


def commit(folder: Path, text: str) -> str:
    (folder / "a.txt").write_text(text)
    git(folder, "commit", "--quiet", "--all", "--message", text)
    return head(folder)


def with_remote(folder: Path) -> Path:
    remote = folder.parent / "remote.git"
    git(folder, "init", "--quiet", "--bare", str(remote))
    git(folder, "remote", "add", "origin", str(remote))
    git(folder, "push", "--quiet", "origin", "main")
    return remote


def test_a_repository_without_a_remote(repository: Path) -> None:
    assert holding(open_repository(repository), "main", head(repository)) == Holding(True, None, False)


def test_a_pushed_commit_and_one_that_is_not(repository: Path) -> None:
    with_remote(repository)
    pushed, local = head(repository), commit(repository, "b")
    assert holding(open_repository(repository), "main", pushed) == Holding(True, True, True)
    assert holding(open_repository(repository), "main", local) == Holding(True, False, True)


def test_a_commit_of_another_branch(repository: Path) -> None:
    with_remote(repository)
    git(repository, "checkout", "--quiet", "-b", "feature/main")
    other = commit(repository, "b")
    assert holding(open_repository(repository), "main", other) == Holding(False, False, True)


def test_a_branch_that_this_clone_does_not_know(repository: Path) -> None:
    assert holding(open_repository(repository), "release", head(repository)).here is None


def test_a_detached_checkout_as_in_ci_knows_the_remote_branch_alone(repository: Path, tmp_path: Path) -> None:
    remote = with_remote(repository)
    ci = tmp_path / "ci"
    git(repository, "clone", "--quiet", str(remote), str(ci), "--branch", "main")
    git(ci, "checkout", "--quiet", "--detach")
    git(ci, "branch", "--quiet", "-D", "main")
    assert holding(open_repository(ci), "main", head(ci)) == Holding(True, True, True)


def test_the_branches_of_a_bare_repository_are_what_was_pushed(repository: Path) -> None:
    remote = with_remote(repository)
    assert holding(open_repository(remote), "main", head(repository)) == Holding(True, True, True)


@pytest.mark.parametrize("cloned", [False, True])
def test_a_tag_named_like_the_branch_does_not_hide_it(repository: Path, cloned: bool) -> None:
    if cloned:
        with_remote(repository)
        git(repository, "fetch", "--quiet", "origin")
        git(repository, "remote", "set-head", "origin", "main")
    git(repository, "tag", "main")
    git(repository, "tag", "origin/main")
    assert default_branch(open_repository(repository)) == "main"
