from __future__ import annotations

import sys
from pathlib import Path

import pytest

from deployguard.model.runtime import Runtime
from deployguard.runtime.environment import Environment, create
from tests.smoke.stage import Stage, equip

OWN = Runtime(sys.version_info.major, sys.version_info.minor)


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """One empty environment for all tests."""
    made = create(tmp_path_factory.mktemp("smoke") / "venv", OWN, lambda _: None)
    equip(made)
    return made


@pytest.fixture
def stage(environment: Environment, tmp_path: Path) -> Stage:
    return Stage(environment, tmp_path / "stage")
