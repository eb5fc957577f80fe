"""The tree of any commit, by any name of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployguard.model.errors import SourceError
from deployguard.source.commit import commit_tree
from deployguard.source.git import open_repository
from tests.repositories import git
from tests.source.test_git import repository_in


def test_an_old_commit_is_read_while_the_work_tree_is_elsewhere(tmp_path: Path) -> None:
    top = repository_in(tmp_path)
    git(top, "tag", "-a", "v1", "-m", "First")
    git(top, "rm", "--quiet", "-r", "lib")
    git(top, "commit", "--quiet", "-m", "Leave")
    repository = open_repository(top)
    assert set(commit_tree(repository, "HEAD").entries) == {"main.py"}
    first = git(top, "rev-parse", "v1^{commit}").strip()
    for name in ("v1", "HEAD~1", first, first[:9]):
        tree = commit_tree(repository, name)
        assert (tree.kind, tree.sha) == ("commit", first)
        assert set(tree.entries) == {"main.py", "lib/a.py"}


@pytest.mark.parametrize(
    "name", ["absent", "", "HEAD^{tree}", "--all", "main.py", "HEAD:main.py", "a..b", "0" * 40]
)
def test_what_is_no_commit_is_said_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match="commit"):
        commit_tree(open_repository(repository_in(tmp_path)), name)


def test_a_commit_whose_tree_is_missing_is_a_message(tmp_path: Path) -> None:
    top = repository_in(tmp_path)
    tree = git(top, "rev-parse", "HEAD:lib").strip()
    (top / ".git/objects" / tree[:2] / tree[2:]).unlink()
    with pytest.raises(SourceError, match="git ls-tree failed"):
        commit_tree(open_repository(top), "HEAD")
