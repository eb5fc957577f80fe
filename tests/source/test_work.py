"""The tracked files with the bytes that lie on disk now."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deployguard.model.entry import EXECUTABLE, LINK, REGULAR
from deployguard.model.problem import ProblemKind
from deployguard.source.git import open_repository
from deployguard.source.tree import SourceTree
from deployguard.source.work import work_tree
from tests.repositories import git
from tests.source.test_git import repository_in


def on_disk(folder: Path) -> SourceTree:
    return work_tree(open_repository(folder))


def test_edited_deleted_and_retyped_files_are_read_as_they_are(tmp_path: Path) -> None:
    top = repository_in(tmp_path, "-- edited --\n1\n-- gone --\n-- run --\n-- now-a-link --\n-- same --\n")
    (top / "edited").write_text("2\n")
    (top / "gone").unlink()
    (top / "run").chmod(0o755)
    (top / "now-a-link").unlink()
    (top / "now-a-link").symlink_to("same")
    (top / "untracked").touch()
    tree = on_disk(top)
    assert {path: entry.mode for path, entry in tree.entries.items()} == {
        "edited": REGULAR,
        "run": EXECUTABLE,
        "now-a-link": LINK,
        "same": REGULAR,
    }
    assert tree.content(tree.entries["edited"]) == b"2\n"
    assert tree.link_target("now-a-link") == "same"


def test_a_file_touched_but_not_changed_keeps_its_id(tmp_path: Path) -> None:
    top = repository_in(tmp_path)
    before = on_disk(top).entries
    os.utime(top / "main.py", (1, 1))
    assert on_disk(top).entries == before


def test_a_file_replaced_by_a_folder_or_a_pipe_is_gone(tmp_path: Path) -> None:
    top = repository_in(tmp_path)
    (top / "main.py").unlink()
    os.mkfifo(top / "main.py")
    (top / "lib/a.py").unlink()
    (top / "lib/a.py").mkdir()
    tree = on_disk(top)
    assert tree.entries == {}
    assert tree.untracked("main.py") is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_a_problem_and_not_a_deletion(tmp_path: Path) -> None:
    top = repository_in(tmp_path)
    (top / "main.py").write_text("changed\n")
    (top / "main.py").chmod(0)
    assert [problem.kind for problem in on_disk(top).problems] == [ProblemKind.UNREADABLE]


def test_paths_are_kept_whatever_their_bytes(tmp_path: Path) -> None:
    top = repository_in(tmp_path)
    name = os.fsdecode(b"caf\xe9 \n\t\"'.py")
    (top / name).write_text("1\n")
    git(top, "add", "--all")
    (top / name).write_text("2\n")
    tree = on_disk(top)
    assert tree.content(tree.entries[name]) == b"2\n"


def test_what_lies_below_a_folder_comes_in_order_however_deep(tmp_path: Path) -> None:
    top = repository_in(tmp_path, "-- b/c/d --\n-- b/a --\n-- a --\n-- b/c0 --\n")
    assert list(on_disk(top).below("")) == ["a", "b/a", "b/c/d", "b/c0"]
    assert list(on_disk(top).below("b/c")) == ["b/c/d"]
    assert list(on_disk(top).below("a")) == list(on_disk(top).below("absent")) == []
