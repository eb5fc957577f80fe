"""Old habits end in the one command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["deploy-service", "deploy-function", "hot-deploy", "deploy-all-stale"])
def test_a_wrapper_is_the_command(name: str) -> None:
    env = {**os.environ, "DEPLOYGUARD": str(Path(sys.executable).parent / "deployguard")}
    done = subprocess.run(
        [ROOT / "bin" / name, "--help"], capture_output=True, text=True, env=env, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "deployguard deploy" in done.stdout
