"""A check that reads with several processes, while somebody ends it or does the same at the same time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.running import repository
from tests.repositories import git

_CHECK = (sys.executable, "-m", "deployguard", "check", "--staged", "--output-format", "json")


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A sample repository with enough code for a second process."""
    folder = repository(tmp_path / "repository")
    body = "".join(
        f"def f{number}(rows):\n    return [row + {number} for row in rows]\n" for number in range(900)
    )
    for number in range(60):
        (folder / f"functions/orders/extra{number}.py").write_text(f"NUMBER = {number}\n{body}")
    git(folder, "add", "--all")
    return folder


def _start(folder: Path, cache: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "DEPLOYGUARD_CACHE_DIR": str(cache)}
    return subprocess.Popen(
        _CHECK, cwd=folder, env=environment, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def _is_running(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow
def test_an_interrupt_ends_all_of_it_in_one_word(large: Path, tmp_path: Path) -> None:
    running = _start(large, tmp_path / "cache")
    time.sleep(1.5)
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode in {0, 130}  # 0: it was done before
    assert "Traceback" not in said
    assert not _is_running(running.pid)


@pytest.mark.slow
def test_two_checks_at_once_and_one_after_say_the_same(large: Path, tmp_path: Path) -> None:
    both = [_start(large, tmp_path / "cache") for _ in range(2)]
    said = [each.communicate(timeout=120)[0] for each in both]
    assert said[0] == said[1]
    assert _start(large, tmp_path / "cache").communicate(timeout=60)[0] == said[0]


@pytest.mark.slow
def test_a_cache_that_cannot_be_written_changes_nothing(large: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    without = _start(large, tmp_path / "file" / "cache")
    said, noise = without.communicate(timeout=120)
    assert without.returncode == 0
    assert "Traceback" not in noise
    assert said == _start(large, tmp_path / "cache").communicate(timeout=120)[0]
