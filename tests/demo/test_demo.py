"""The demo tells its story to the end, from a hook that refuses to one that passes, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from deployguard.demo.stage import FILES, LINKS, UNCOMMITTED
from deployguard.demo.story import STORY
from deployguard.demo.theatre import run_command

KINDS = {"DG101", "DG103", "DG110", "DG112", "DG201", "DG221", "DG222", "DG301"}


def told(tmp_path: Path, *words: str, **more: str) -> str:
    (tmp_path / "temporary").mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "deployguard", "demo", *words],
        env={**os.environ, "TMPDIR": str(tmp_path / "temporary"), **more},
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_edit_of_the_story_finds_what_it_replaces() -> None:
    for step in STORY:
        for edit in step.edits:
            assert edit.old in FILES[edit.path], edit
    assert not set(LINKS) & set(UNCOMMITTED)


@pytest.mark.slow
def test_the_story_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    said = told(tmp_path, "--step", "--act", "1")
    steps = re.split(r"^\d\. ", said, flags=re.MULTILINE)
    assert len(steps) == len(STORY) + 1
    assert set(re.findall(r"DG\d+", steps[2])) >= KINDS
    assert "Failed" in steps[6]
    assert "DG103" in steps[6]
    assert "Passed" in steps[8]
    assert "no findings in 3 services" in steps[9]
    assert said.count("(Enter goes on)") == len(STORY)
    assert not list((tmp_path / "temporary").glob("deployguard-demo-*"))


@pytest.mark.slow
def test_the_repository_can_be_kept(tmp_path: Path) -> None:
    said = told(
        tmp_path, "--keep", "--act", "1", GIT_DIR=str(tmp_path / "elsewhere"), GIT_INDEX_FILE="elsewhere"
    )
    kept = Path(said.rsplit("The repositories are in ", 1)[1].strip())
    assert (kept / "shop/functions/orders/shared/validation/money.py").is_symlink()
    assert not (tmp_path / "elsewhere").exists()


def test_what_a_command_says_is_heard_while_it_runs(tmp_path: Path) -> None:
    flag = tmp_path / "heard"
    waits = f"echo begun; while [ ! -e {flag} ]; do sleep 0.01; done; echo ended"
    heard: list[str] = []

    def hear(line: str) -> None:
        heard.append(line)
        flag.touch()

    assert run_command(tmp_path, ("sh", "-c", waits), heard=hear).output == "begun\nended\n"
    assert heard == ["begun\n", "ended\n"]


def test_without_git_the_story_is_not_begun(tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "deployguard", "demo"],
        env={**os.environ, "PATH": str(tmp_path), "TMPDIR": str(tmp_path / "temporary")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "git is not on PATH" in done.stderr
    assert not list((tmp_path / "temporary").iterdir())
