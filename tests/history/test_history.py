"""Defects that broke production are found in the commit that brings them, and gone after the fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.history.corpus import DEFECTS
from tests.history.replay import verdicts
from tests.history.services import SERVICES, functions, monorepo
from tests.trees import Link

_EVERY = 6  # one in so many; benchmarks/history.py goes through all of them


@pytest.mark.slow
def test_each_defect_is_found_and_gone_after_its_fix(tmp_path: Path) -> None:
    for verdict in verdicts(tmp_path, DEFECTS[::_EVERY]):
        name = verdict.defect.name
        assert verdict.missed == frozenset(), name
        assert verdict.invented == frozenset(), name
        assert verdict.left == frozenset(), name


def test_the_monorepo_is_as_large_as_the_promise_says() -> None:
    made = monorepo()
    assert SERVICES == 60
    assert len(set(functions())) == len(functions()) == SERVICES - 7
    assert sum(isinstance(value, Link) for value in made.values()) >= 430


@pytest.mark.slow
def test_every_defect_changes_the_repository_and_has_a_name_of_its_own() -> None:
    assert len({defect.name for defect in DEFECTS}) == len(DEFECTS)
    for defect in DEFECTS:
        broken = monorepo()
        defect.breaks(broken)
        assert broken != monorepo(), defect.name
        assert defect.sought, defect.name
