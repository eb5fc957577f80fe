"""The entry point of the image: a clone, then the command in it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import repository

RUN = Path(__file__).parents[2] / "docker" / "run"
pytestmark = pytest.mark.slow


def run(folder: Path, url: str) -> subprocess.CompletedProcess[str]:
    """Run it with a stand-in for deployguard that says where it is, what it got, and exits with 1."""
    program = folder / "bin" / "deployguard"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\nls deployguard.toml; echo "$@"; exit 1\n')
    program.chmod(0o755)
    env = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "DEPLOYGUARD_REPOSITORY": url}
    return subprocess.run(
        [str(RUN), "drift", "--strict"], cwd=folder, env=env, capture_output=True, text=True, check=False
    )


def test_the_command_runs_in_a_clone_and_its_exit_code_is_kept(tmp_path: Path) -> None:
    ran = run(tmp_path / "home", f"file://{repository(tmp_path / 'origin')}")
    assert (ran.returncode, ran.stdout) == (1, "deployguard.toml\ndrift --strict\n")


def test_a_clone_that_fails_cannot_tell(tmp_path: Path) -> None:
    assert run(tmp_path / "home", f"file://{tmp_path}/nowhere").returncode == 2
