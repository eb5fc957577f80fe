"""Reading many files by several processes gives what one gives, whatever becomes of the others."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from deployguard.imports.reading import read_all, read_some
from deployguard.source.beside import beside

pytestmark = pytest.mark.slow

FILES = [
    f"import a{number}.b\n\ndef f():\n    from c import d\n{'#' * 30_000}\n".encode() for number in range(90)
]
FILES += [b"def broken(:\n", b"", b"f(a=1, a=2)\n", "# ü\nimport é\n".encode(), b"\0", b"return 1\n"]


@pytest.mark.parametrize("kind", ["facts", "references"])
def test_two_processes_read_what_one_reads(kind: str) -> None:
    assert read_all(kind, FILES, processes=2) == read_some(kind, FILES)


@pytest.mark.parametrize(
    "python", ["", "/no/such/python", "/bin/false", "/bin/true", "/bin/echo"],
    ids=["unnamed", "absent", "crashes", "says nothing", "says something else"],
)  # fmt: skip
def test_a_process_that_fails_costs_time_and_nothing_else(python: str) -> None:
    assert read_all("facts", FILES, processes=3, python=python) == read_some("facts", FILES)


def test_little_is_read_without_a_second_process() -> None:
    assert read_all("facts", FILES[:3], processes=8, python="/no/such/python") == read_some(
        "facts", FILES[:3]
    )


def test_a_repository_cannot_put_its_own_modules_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bisect.py").write_text("raise SystemExit(1)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with beside("deployguard.imports.reading", [("facts", FILES)], sys.executable) as (process,):
        assert process is not None
        assert process.answer() == read_some("facts", FILES)
