"""What the next commit will hold, told from what only looks as if it did."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from deployguard.model.problem import ProblemKind
from deployguard.source.git import open_repository
from deployguard.source.index import index_tree
from deployguard.source.links import Unresolved, resolve
from deployguard.source.tree import SourceTree
from deployguard.source.work import work_tree
from tests.repositories import git
from tests.source.test_git import repository_in


def staged(folder: Path) -> SourceTree:
    return index_tree(open_repository(folder))


def problems(tree: SourceTree) -> list[tuple[ProblemKind, str]]:
    return [(problem.kind, problem.subject) for problem in tree.problems]


def test_an_untracked_file_and_an_unstaged_edit_are_not_in_the_index(tmp_path: Path) -> None:
    top = repository_in(tmp_path)
    (top / "lib/b.py").write_text("2\n")
    (top / "lib/a.py").write_text("unstaged\n")
    tree = staged(top)
    assert "lib/b.py" not in tree.entries
    assert tree.content(tree.entries["lib/a.py"]) == b"1\n"
    found = tree.untracked("lib/b.py")
    assert found is not None
    assert not found.tracked


def test_a_staged_deletion_is_seen_while_the_file_is_still_there(tmp_path: Path) -> None:
    top = repository_in(tmp_path)
    git(top, "rm", "--quiet", "--cached", "lib/a.py")
    assert set(staged(top).entries) == {"main.py"}


@pytest.mark.parametrize("name", ["empty.py", "two\nlines.py", "  indented.py", "  flags: 20000000"])
def test_intent_to_add_is_a_problem_and_an_empty_file_is_none(tmp_path: Path, name: str) -> None:
    top = repository_in(tmp_path, "-- __init__.py --\n")
    (top / name).touch()
    git(top, "add", "--intent-to-add", name)
    tree = staged(top)
    assert set(tree.entries) == {"__init__.py"}
    assert problems(tree) == [(ProblemKind.INTENT_TO_ADD, name)]
    git(top, "add", name)
    assert set(staged(top).entries) == {"__init__.py", name}
    assert problems(staged(top)) == []


def test_intent_to_add_is_seen_in_a_split_index(tmp_path: Path) -> None:
    top = repository_in(tmp_path)
    (top / "b.py").touch()
    git(top, "add", "--intent-to-add", "b.py")
    git(top, "update-index", "--split-index")
    (top / "c.py").touch()
    git(top, "add", "c.py")
    assert problems(staged(top)) == [(ProblemKind.INTENT_TO_ADD, "b.py")]


def test_an_unmerged_path_is_a_problem_and_satisfies_nothing(tmp_path: Path) -> None:
    top = repository_in(tmp_path)
    git(top, "switch", "--quiet", "-c", "side")
    (top / "main.py").write_text("theirs\n")
    git(top, "commit", "--quiet", "-am", "Theirs")
    git(top, "switch", "--quiet", "main")
    (top / "main.py").write_text("ours\n")
    git(top, "commit", "--quiet", "-am", "Ours")
    with pytest.raises(subprocess.CalledProcessError):
        git(top, "merge", "side")
    for tree in (staged(top), work_tree(open_repository(top))):
        assert set(tree.entries) == {"lib/a.py"}
        assert problems(tree) == [(ProblemKind.UNMERGED, "main.py")]


def test_a_submodule_is_an_entry_that_nothing_lies_below(tmp_path: Path) -> None:
    inner = repository_in(tmp_path / "inner")
    top = repository_in(tmp_path / "r")
    git(top, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "vendor")
    for tree in (staged(top), work_tree(open_repository(top))):
        assert not tree.entries["vendor"].is_file
        found = resolve(tree, "vendor/main.py")
        assert isinstance(found, Unresolved)
        assert found.kind is ProblemKind.SUBMODULE


@pytest.mark.parametrize("index", ["--no-sparse-index", "--sparse-index"])
def test_what_a_sparse_checkout_leaves_out_is_still_tracked(tmp_path: Path, index: str) -> None:
    top = repository_in(tmp_path, "-- main.py --\n-- lib/a.py --\n1\n-- far/b.py --\n2\n-- far/off/c.py --\n")
    git(top, "sparse-checkout", "set", "--cone", index, "lib")
    assert not (top / "far").exists()
    for tree in (staged(top), work_tree(open_repository(top))):
        assert set(tree.entries) == {"main.py", "lib/a.py", "far/b.py", "far/off/c.py"}
        assert tree.content(tree.entries["far/b.py"]) == b"2\n"
        assert tree.problems == ()
