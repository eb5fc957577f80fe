"""Which repository is read, and that reading leaves no trace."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from deployguard.model.errors import SourceError
from deployguard.source.commit import commit_tree
from deployguard.source.git import open_repository
from deployguard.source.index import index_tree
from deployguard.source.work import work_tree
from tests.repositories import git, make_repository, sample_files

TWO_FILES = "-- main.py --\nimport a\n-- lib/a.py --\n1\n"


def repository_in(folder: Path, text: str = TWO_FILES) -> Path:
    return make_repository(folder, list(sample_files(text)))


def test_a_folder_inside_a_repository_is_read_from_its_top(tmp_path: Path) -> None:
    top = repository_in(tmp_path / "r")
    repository = open_repository(top / "lib")
    assert repository.work_tree == top
    assert (
        set(index_tree(repository).entries) == set(work_tree(repository).entries) == {"main.py", "lib/a.py"}
    )


@pytest.mark.parametrize("kind", ["--bare", "--mirror"])
def test_a_repository_without_a_work_tree_is_read_at_a_commit(tmp_path: Path, kind: str) -> None:
    top = repository_in(tmp_path / "r")
    git(tmp_path, "clone", "--quiet", kind, str(top), "bare")
    repository = open_repository(tmp_path / "bare")
    assert repository.work_tree is None
    assert set(commit_tree(repository, "main").entries) == {"main.py", "lib/a.py"}
    for read in (index_tree, work_tree):
        with pytest.raises(SourceError, match="--rev"):
            read(repository)


def test_a_folder_that_is_no_repository_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"not a git repository.*-C DIR"):
        open_repository(tmp_path)
    with pytest.raises(SourceError, match="no such folder"):
        open_repository(tmp_path / "absent")


def test_a_repository_without_commits_has_an_index_and_no_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    repository = open_repository(tmp_path)
    assert index_tree(repository).entries == work_tree(repository).entries == {}
    with pytest.raises(SourceError, match="no such commit"):
        commit_tree(repository, "HEAD")


@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_WORK_TREE"])
def test_variables_of_another_repository_are_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    mine = repository_in(tmp_path / "mine")
    other = repository_in(tmp_path / "other", "-- other.py --\n")
    values = {"GIT_DIR": ".git", "GIT_INDEX_FILE": ".git/index", "GIT_OBJECT_DIRECTORY": ".git/objects"}
    monkeypatch.setenv(variable, str(other / values.get(variable, ".")))
    repository = open_repository(mine)
    assert set(index_tree(repository).entries) == {"main.py", "lib/a.py"}
    assert commit_tree(repository, "HEAD").content(index_tree(repository).entries["main.py"]) == b"import a\n"


def test_the_hooks_own_index_is_read_from_wherever_the_hook_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = repository_in(tmp_path / "r")
    (top / ".git/next.lock").write_bytes((top / ".git/index").read_bytes())
    git(top, "rm", "--quiet", "--cached", "lib/a.py")
    monkeypatch.chdir(top)
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next.lock")
    assert set(index_tree(open_repository(Path("lib"))).entries) == {"main.py", "lib/a.py"}
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.chdir(top)
    assert set(index_tree(open_repository(Path("lib"))).entries) == {"main.py", "lib/a.py"}


def test_a_linked_work_tree_has_an_index_of_its_own(tmp_path: Path) -> None:
    top = repository_in(tmp_path / "r")
    git(top, "worktree", "add", "--quiet", "-b", "side", str(tmp_path / "linked"))
    git(tmp_path / "linked", "rm", "--quiet", "lib/a.py")
    assert set(index_tree(open_repository(tmp_path / "linked")).entries) == {"main.py"}
    assert set(index_tree(open_repository(top)).entries) == {"main.py", "lib/a.py"}


def test_reading_writes_nothing_into_the_repository(tmp_path: Path) -> None:
    top = repository_in(tmp_path / "r")
    (top / "main.py").write_text("import b\n")
    (top / "lib/a.py").touch()
    before = _state(top)
    repository = open_repository(top)
    for tree in (index_tree(repository), work_tree(repository), commit_tree(repository, "HEAD")):
        tree.contents(entry.blob for entry in tree.entries.values())
    assert _state(top) == before


def test_a_path_with_line_ends_of_other_scripts_is_one_path(tmp_path: Path) -> None:
    top = repository_in(tmp_path / "a\u2028b\x85c")
    assert open_repository(top).work_tree == top


def test_without_git_the_message_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError, match="git is not on PATH"):
        open_repository(tmp_path)


def test_a_damaged_index_is_a_message(tmp_path: Path) -> None:
    top = repository_in(tmp_path / "r")
    (top / ".git/index").write_bytes(b"DIRC\0\0\0\2 not an index")
    with pytest.raises(SourceError, match="git ls-files failed"):
        index_tree(open_repository(top))


def test_a_repository_of_sha256_ids_is_read_in_every_way(tmp_path: Path) -> None:
    made = subprocess.run(
        ["git", "init", "--quiet", "--object-format=sha256", str(tmp_path)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("this git knows no sha256")
    repository_in(tmp_path)
    (tmp_path / "main.py").write_text("changed\n")
    repository = open_repository(tmp_path)
    changed = work_tree(repository).entries["main.py"]
    assert changed.blob == git(tmp_path, "hash-object", "main.py").strip()
    assert work_tree(repository).content(changed) == b"changed\n"
    assert index_tree(repository).entries == commit_tree(repository, "HEAD").entries


def _state(folder: Path) -> dict[str, tuple[int, bytes]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}
