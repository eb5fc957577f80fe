from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Shell, repository


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A clean sample repository, and the command to run in it."""
    return Shell(repository(tmp_path / "repository"), capsys)
