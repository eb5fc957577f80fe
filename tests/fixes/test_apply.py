"""Fixes on a real disk, and as patches for the real git."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from deployguard.fixes.apply import Applied, Outcome, apply
from deployguard.fixes.change import Change
from deployguard.fixes.diff import diff
from deployguard.fixes.plan import plan
from deployguard.model.entry import EXECUTABLE, LINK, REGULAR
from deployguard.model.finding import Finding, Fix, Severity
from deployguard.source.git import open_repository
from deployguard.source.work import work_tree


def _applied(change: Change, root: Path) -> Applied:
    (applied,) = apply([change], root)
    return applied


def test_a_link_is_made_with_its_folders(tmp_path: Path) -> None:
    change = Change("f/shared/b.py", LINK, b"../../shared/b.py")
    assert _applied(change, tmp_path).outcome is Outcome.DONE
    assert (tmp_path / "f/shared/b.py").readlink() == Path("../../shared/b.py")
    assert _applied(change, tmp_path).outcome is Outcome.ALREADY


def test_an_edited_file_keeps_its_mode_and_leaves_nothing_behind(tmp_path: Path) -> None:
    at = tmp_path / "deploy.sh"
    at.write_bytes(b"old\r\n")
    at.chmod(0o750)
    change = Change("deploy.sh", EXECUTABLE, b"new\r\n", EXECUTABLE, b"old\r\n")
    assert _applied(change, tmp_path).outcome is Outcome.DONE
    assert at.read_bytes() == b"new\r\n"
    assert stat.S_IMODE(at.stat().st_mode) == 0o750
    assert list(tmp_path.iterdir()) == [at]


def test_a_new_file_is_readable_as_any_other(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"")
    _applied(Change("r.txt", REGULAR, b"x\n"), tmp_path)
    modes = {stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    assert len(modes) == 1


@pytest.mark.parametrize(
    "change",
    [
        Change("a", REGULAR, b"new", REGULAR, b"old"),
        Change("a", REGULAR, b"new"),
        Change("a", LINK, b"b"),
        Change("a", LINK, b"b", LINK, b"c"),
    ],
)
def test_what_was_edited_since_is_kept(tmp_path: Path, change: Change) -> None:
    (tmp_path / "a").write_bytes(b"somebody's work")
    assert _applied(change, tmp_path).outcome is Outcome.REFUSED
    assert (tmp_path / "a").read_bytes() == b"somebody's work"


def test_a_dangling_link_and_an_identical_copy_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("gone")
    (tmp_path / "b").write_bytes(b"x")
    changes = [Change("a", LINK, b"c", LINK, b"gone"), Change("b", LINK, b"c", REGULAR, b"x")]
    assert {each.outcome for each in apply(changes, tmp_path)} == {Outcome.DONE}
    assert {each.readlink() for each in tmp_path.iterdir()} == {Path("c")}


def test_nothing_is_written_through_a_linked_folder(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "f").symlink_to("../outside")
    applied = _applied(Change("f/b.py", LINK, b"c"), root)
    assert (applied.outcome, list(outside.iterdir())) == (Outcome.REFUSED, [])
    assert "f is a link" in applied.reason


@pytest.mark.parametrize("path", ["../a", "/tmp/a", "a/../../b", ".git/config", "a//b", ""])
def test_no_change_leaves_the_repository(tmp_path: Path, path: str) -> None:
    assert _applied(Change(path, REGULAR, b"x"), tmp_path).outcome is Outcome.REFUSED


def test_a_failure_of_the_disk_is_a_reason(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"a file")
    done = apply([Change("f/b.py", REGULAR, b"x"), Change("g", REGULAR, b"x")], tmp_path)
    assert [each.outcome for each in done] == [Outcome.REFUSED, Outcome.DONE]
    assert done[0].reason


_NAMES = [
    "requirements.txt",
    "with space.txt",
    "caf\u00e9.txt",
    'q"uo\\te\t.txt',
    os.fsdecode(b"caf\xe9.txt"),
]
_CONTENTS = [b"flask\r\n", b"flask", b"\xef\xbb\xbf# caf\xe9\nflask\n\n# end\n", b"a\x0cb\n", b"f\n" * 9]


@pytest.mark.slow
def test_the_diff_is_what_apply_does(tmp_path: Path) -> None:
    """The patch, given to git in one copy, must lead to the very bytes that `apply` leaves in another."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    (here / "shared").mkdir()
    (here / "shared/b.py").write_bytes(b"x = 1\n")
    (here / "copy.py").write_bytes(b"x = 1\n")
    (here / "stale.py").symlink_to("shared/old.py")
    for name, content in zip(_NAMES, _CONTENTS, strict=True):
        (here / name).write_bytes(content)
    for command in (["init", "-q"], ["add", "."], ["clone", "-q", ".", str(there)]):
        if command[0] == "clone":
            _git(here, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "first")
        _git(here, *command)
    fixes = [Fix("append", name, "PyYAML>=6") for name in [*_NAMES, "new/requirements.txt"]]
    fixes += [Fix("link", path, "shared/b.py") for path in ("copy.py", "stale.py", "b\u00e9 x.py")]
    fixes.append(Fix("link", "f/shared/b.py", "../../shared/b.py"))
    findings = [Finding("DG101", Severity.ERROR, "s", "p", 1, "m", "a", fix=fix) for fix in fixes]

    planned = plan(findings, work_tree(open_repository(here)))
    assert planned.refused == ()
    assert len(planned.changes) == len(fixes)
    patch = diff(planned.changes).encode("utf-8", "surrogateescape")
    _git(there, "apply", "--index", "--whitespace=nowarn", given=patch)
    assert {each.outcome for each in apply(planned.changes, here)} == {Outcome.DONE}
    _git(here, "add", ".")
    assert _git(here, "ls-files", "-s") == _git(there, "ls-files", "-s")
    assert plan(findings, work_tree(open_repository(here))).changes == ()


def _git(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    plain = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return subprocess.run(
        ["git", "-c", "core.autocrlf=false", *arguments],
        cwd=folder,
        env=plain,
        input=given,
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
