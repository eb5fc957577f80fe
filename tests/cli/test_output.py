"""What the report is written to may fail; that is not a bug of the program, and never silence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import repository

_FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")


@pytest.mark.slow
@pytest.mark.parametrize("where", [">&-", pytest.param(">/dev/full", marks=_FULL)])
@pytest.mark.parametrize("verb", ["check --output-format json", "rule", "artifact orders"])
def test_output_that_cannot_be_written_is_said_and_exits_with_two(
    tmp_path: Path, verb: str, where: str
) -> None:
    command = f'exec "$0" -m deployguard {verb} {where}'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable],
        cwd=repository(tmp_path / "repository"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("deployguard: standard output ")
    assert "bug" not in done.stderr
    assert "Exception" not in done.stderr
