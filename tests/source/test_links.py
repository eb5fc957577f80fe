"""Links resolve as the file system would, in trees that no file system holds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deployguard.model.entry import LINK, Entry
from deployguard.model.problem import ProblemKind
from deployguard.source.blobs import MemoryBlobs
from deployguard.source.links import Resolved, Unresolved, resolve
from deployguard.source.tree import SourceTree
from tests.trees import Link, tree_of

TREE = tree_of(
    {
        "main.py": "1\n",
        "lib/a.py": "2\n",
        "deep/er/link.py": Link("../../lib/a.py"),
        "folder": Link("lib"),
        "slashed": Link("main.py/"),
        "dotted": Link("main.py/."),
        "here": Link("."),
        "gone": Link("lib/gone.py"),
        "through": Link("folder/gone.py"),
        "out": Link("../other/a.py"),
        "back": Link("../repository/main.py"),
        "absolute": Link("/srv/a.py"),
        "loop": Link("pool"),
        "pool": Link("loop"),
        "self": Link("self"),
        "bytes": Link(os.fsdecode(b"caf\xe9")),
    }
)


@pytest.mark.parametrize(
    ("path", "real"),
    [
        ("main.py", "main.py"),
        ("lib", "lib"),
        ("lib/", "lib"),
        ("", ""),
        ("./lib//a.py", "lib/a.py"),
        ("lib/../main.py", "main.py"),
        ("deep/er/link.py", "lib/a.py"),
        ("folder/a.py", "lib/a.py"),
        ("folder/../main.py", "main.py"),
        ("here/here/folder/", "lib"),
    ],
)
def test_a_path_comes_to_its_real_path(path: str, real: str) -> None:
    assert resolve(TREE, path) == Resolved(real, TREE.entry(real))


@pytest.mark.parametrize(
    ("path", "kind", "first"),
    [
        ("absent", ProblemKind.MISSING_PATH, "absent"),
        ("absent/../main.py", ProblemKind.MISSING_PATH, "absent"),
        ("main.py/", ProblemKind.MISSING_PATH, "main.py"),
        ("main.py/.", ProblemKind.MISSING_PATH, "main.py"),
        ("main.py/..", ProblemKind.MISSING_PATH, "main.py"),
        ("main.py/x", ProblemKind.MISSING_PATH, "main.py"),
        ("slashed", ProblemKind.DANGLING_LINK, "main.py"),
        ("dotted", ProblemKind.DANGLING_LINK, "main.py"),
        ("gone", ProblemKind.DANGLING_LINK, "lib/gone.py"),
        ("through", ProblemKind.DANGLING_LINK, "lib/gone.py"),
        ("bytes", ProblemKind.DANGLING_LINK, os.fsdecode(b"caf\xe9")),
        ("..", ProblemKind.LINK_OUTSIDE, ".."),
        ("out", ProblemKind.LINK_OUTSIDE, "out"),
        ("back", ProblemKind.LINK_OUTSIDE, "back"),
        ("absolute", ProblemKind.LINK_ABSOLUTE, "/srv/a.py"),
        ("loop", ProblemKind.LINK_LOOP, "loop"),
        ("self", ProblemKind.LINK_LOOP, "self"),
    ],
)
def test_a_path_that_comes_to_nothing_says_why(path: str, kind: ProblemKind, first: str) -> None:
    found = resolve(TREE, path)
    assert isinstance(found, Unresolved)
    assert (found.kind, found.path) == (kind, first)


def test_a_dangling_link_is_named_and_not_the_one_before_it() -> None:
    tree = tree_of({"one": Link("two/x"), "two": Link("three"), "three/y": ""})
    found = resolve(tree, "one")
    assert found == Unresolved(ProblemKind.DANGLING_LINK, "three/x", "two")


@pytest.mark.parametrize(("links", "there"), [(40, True), (41, False)])
def test_as_many_links_are_followed_as_the_kernel_follows(tmp_path: Path, links: int, there: bool) -> None:
    chain = {f"l{number}": f"l{number - 1}" for number in range(1, links + 1)}
    (tmp_path / "l0").touch()
    for name, target in chain.items():
        (tmp_path / name).symlink_to(target)
    tree = tree_of({"l0": "", **{name: Link(target) for name, target in chain.items()}})
    assert isinstance(resolve(tree, f"l{links}"), Resolved) is there
    assert _opens(tmp_path / f"l{links}") is there


def test_links_that_multiply_end_as_a_loop() -> None:
    tree = tree_of({"l0": Link("."), **{f"l{n}": Link(f"l{n - 1}/l{n - 1}") for n in range(1, 60)}})
    found = resolve(tree, "l59")
    assert isinstance(found, Unresolved)
    assert found.kind is ProblemKind.LINK_LOOP


def test_a_link_whose_target_is_not_in_this_clone_is_not_a_link_to_its_folder() -> None:
    tree = SourceTree("commit", {"lib/link": Entry(LINK, "a" * 40)}, MemoryBlobs({}))
    assert resolve(tree, "lib/link") == Unresolved(ProblemKind.MISSING_BLOB, "lib/link", "lib/link")
    empty = tree_of({"lib/link": Link("")})
    assert resolve(empty, "lib/link") == Unresolved(ProblemKind.DANGLING_LINK, "lib/link", "lib/link")


def _opens(path: Path) -> bool:
    try:
        path.stat()
    except OSError:
        return False
    return True
