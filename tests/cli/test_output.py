"""What the report is written to may fail; that is not a bug of the program, and never silence."""

from __future__ import annotations

import os
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


@pytest.mark.slow
@pytest.mark.parametrize("form", ["concise", "full", "json", "sarif", "github", "junit"])
def test_what_the_encoding_of_the_output_lacks_is_escaped(tmp_path: Path, form: str) -> None:
    folder = repository(tmp_path / "repository")
    (folder / "functions/orders/main.py").write_text("import größe\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "deployguard", "check", "--output-format", form],
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b"gr" in done.stdout
    assert b"bug" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("where", ["2>&-", pytest.param("2>/dev/full", marks=_FULL)])
@pytest.mark.parametrize(("verb", "code"), [("check", 1), ("check nonesuch", 2), ("nonesuch", 2)])
def test_what_cannot_be_told_changes_neither_the_report_nor_its_exit_code(
    tmp_path: Path, verb: str, code: int, where: str
) -> None:
    folder = repository(tmp_path / "repository")
    (folder / "functions/orders/main.py").write_text("import nowhere\n", encoding="utf-8")

    def ran(more: str) -> tuple[int, str]:
        command = ["sh", "-c", f'exec "$0" -m deployguard {verb} {more}', sys.executable]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    assert ran(where) == ran("") == (code, ran("")[1])
