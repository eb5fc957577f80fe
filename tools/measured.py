"""One run of the tests under coverage: which tests touch which line, and how long each takes."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol

import pytest

QUIET = ("-q", "-p", "no:cacheprovider", "--hypothesis-seed=0")
_CHILDREN = Path("watched-children")
_PHASE = re.compile(r" \((?:setup|call|teardown)\)$")


@dataclass(frozen=True)
class Measured:
    """`lines` are the tests by module and line; `seconds` knows only tests that pass; `warm` modules are no part of this project."""

    lines: dict[str, dict[int, list[str]]]
    seconds: dict[str, float]
    warm: tuple[str, ...]

    def touching(self, path: str, touched: Iterable[int]) -> set[str]:
        """Return the passing tests that run one of these lines; none where no test does."""
        lines = self.lines.get(path, {})
        ids = {one for line in touched for one in lines.get(line, ())}
        if "" in ids:  # runs while the module is imported: whoever uses the module may notice
            ids |= {one for tests in lines.values() for one in tests}
        return ids & self.seconds.keys()


class _Measuring(Protocol):
    """What is used here of coverage.Coverage."""

    def switch_context(self, new_context: str) -> None: ...


class _Data(Protocol):
    """What is used here of coverage.CoverageData."""

    def measured_files(self) -> set[str]: ...

    def contexts_by_lineno(self, filename: str) -> dict[int, list[str]]: ...


class _Watch:
    def __init__(self, rooms: list[str], measuring: _Measuring) -> None:
        self.rooms = tuple(f"tests/{room}/" for room in rooms)
        self.measuring = measuring
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [
            one for one in items if not one.get_closest_marker("slow") or one.nodeid.startswith(self.rooms)
        ]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.measuring.switch_context(item.nodeid)
        before = time.monotonic()
        yield
        self.seconds[item.nodeid] = time.monotonic() - before
        self.measuring.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:
            self.failed.add(report.nodeid)


def measure(rooms: list[str], options: list[str]) -> Measured:
    """Run the tests here, in this process, and watch the processes that they start too. `options` are pytest's."""
    coverage = import_module("coverage")
    roots = [str(Path("src/deployguard", room).resolve() / "*") for room in rooms]
    _watch_children(roots)
    measuring = coverage.Coverage(data_file=None, include=roots, config_file=False)
    watch = _Watch(rooms, measuring)
    measuring.start()
    pytest.main([*QUIET, *options], plugins=[watch])
    measuring.stop()
    lines: dict[str, dict[int, list[str]]] = {}
    _add(lines, measuring.get_data())
    for kept in _CHILDREN.resolve().glob("data.*"):
        child = coverage.CoverageData(str(kept))
        child.read()
        _add(lines, child)
    passing = {one: taken for one, taken in watch.seconds.items() if one not in watch.failed}
    return Measured(lines, passing, tuple(_strangers()))


def _watch_children(roots: list[str]) -> None:
    """Let every Python that a test starts note its lines under that test's name, which pytest leaves in the environment."""
    _CHILDREN.mkdir()
    rules = _CHILDREN.resolve() / "rules"
    text = ["[run]", f"data_file = {rules.parent / 'data'}", "parallel = True", "sigterm = True"]
    text += ["context = ${PYTEST_CURRENT_TEST-}", "include =", *(f"    {root}" for root in roots)]
    rules.write_text("\n".join(text))
    os.environ["COVERAGE_PROCESS_START"] = str(rules)


def _add(lines: dict[str, dict[int, list[str]]], data: _Data) -> None:
    here = Path.cwd()
    for file in data.measured_files():
        known = lines.setdefault(str(Path(file).resolve().relative_to(here)), {})
        for line, tests in data.contexts_by_lineno(file).items():
            known.setdefault(line, []).extend(_PHASE.sub("", one) for one in tests)


def _strangers() -> Iterator[str]:
    for name, module in list(sys.modules.items()):
        if "site-packages" in str(getattr(module, "__file__", "")) and not name.startswith("_"):
            yield name
