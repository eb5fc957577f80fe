"""A clean repository is one tree in three readings, and its links lead where the kernel says."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployguard.model.problem import ProblemKind
from deployguard.source.commit import commit_tree
from deployguard.source.git import open_repository
from deployguard.source.index import index_tree
from deployguard.source.links import Resolved, Unresolved, resolve
from deployguard.source.tree import SourceTree
from deployguard.source.work import work_tree

NAMES = st.sampled_from(["a", "b", "c.py", "\u00e9", " d", os.fsdecode(b"\xff")])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
PARTS = st.sampled_from(["a", "b", "c.py", "..", ".", "\u00e9", ""])
TARGETS = st.lists(PARTS, min_size=1, max_size=5).map("/".join).filter(lambda text: text[:1] not in {"", "/"})
FILES = st.tuples(st.just("file"), st.binary(max_size=8), st.booleans())
LINKS = st.tuples(st.just("link"), TARGETS.map(os.fsencode), st.just(False))
TREES = st.dictionaries(PATHS, FILES | LINKS, min_size=1, max_size=9)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(TREES, st.lists(st.lists(PARTS, min_size=1, max_size=5).map("/".join), max_size=5))
def test_three_readings_agree_and_links_lead_where_the_kernel_says(
    files: dict[str, tuple[str, bytes, bool]], asked: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        top = Path(os.path.realpath(folder)) / "r"
        written = _write(top, files)
        _commit(top)
        repository = open_repository(top)
        index, work, commit = index_tree(repository), work_tree(repository), commit_tree(repository, "HEAD")
        assert index.entries == work.entries == commit.entries
        assert set(commit.entries) == written
        for path in {*written, *(path for path in asked if not path.startswith("/"))}:
            _assert_agrees(commit, top, path)


def _assert_agrees(tree: SourceTree, top: Path, path: str) -> None:
    at = f"{top}/{path}"  # a Path would drop the dots and slashes that are asked about
    found = resolve(tree, path)
    if isinstance(found, Unresolved) and found.kind is ProblemKind.LINK_OUTSIDE:
        return
    assert os.path.exists(at) is isinstance(found, Resolved), (path, found)  # noqa: PTH110
    if isinstance(found, Resolved):
        assert os.path.realpath(at) == os.fspath(top / found.path)


def _write(top: Path, files: dict[str, tuple[str, bytes, bool]]) -> set[str]:
    """Write what fits together: the first of two paths wins where one is a folder of the other."""
    return {
        path for path, (kind, content, flag) in files.items() if _put(top / path, top, kind, content, flag)
    }


def _put(at: Path, top: Path, kind: str, content: bytes, executable: bool) -> bool:
    if any(above.is_symlink() or above.is_file() for above in _between(at, top)) or os.path.lexists(at):
        return False
    at.parent.mkdir(parents=True, exist_ok=True)
    if kind == "link":
        at.symlink_to(os.fsdecode(content))
    else:
        at.write_bytes(content)
        at.chmod(0o755 if executable else 0o644)
    return True


def _between(at: Path, top: Path) -> Iterator[Path]:
    return (above for above in at.parents if above != top and above.is_relative_to(top))


def _commit(top: Path) -> None:
    plain = ["git", "-c", "user.name=Ana", "-c", "user.email=ana@example.com", "-c", "core.autocrlf=false"]
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "Begin"]):
        subprocess.run([*plain, *words], cwd=top, check=True, capture_output=True)
