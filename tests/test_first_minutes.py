"""The first five minutes of a stranger: the wheel as README installs it, `init`, `check`, the hook, and what a plan lacks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from deployguard.demo.stage import write
from deployguard.runtime.uv import uv_environment
from tests.docs.blocks import ROOT, blocks
from tests.repositories import git

pytestmark = pytest.mark.slow
_INSTALL = "uv tool install deployguard-gcp"


class Stranger:
    """A repository of theirs, and a PATH with git, the tools of the day, and the deployguard that they installed."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder, self.environment = folder, environment

    def types(self, *words: str) -> tuple[int, str]:
        done = subprocess.run(
            words,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stdout
        return done.returncode, done.stdout


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Install the wheel of this tree by the line that README shows; return what a shell of theirs then has."""
    home = tmp_path_factory.mktemp("home")
    tools = Path(sys.executable).parent
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(home / "dist")],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON"))}
    own = {
        "UV_FIND_LINKS": str(home / "dist"),
        "UV_TOOL_DIR": str(home / "uv/tools"),
        "UV_TOOL_BIN_DIR": str(home / "bin"),
        "UV_PYTHON": sys.executable,
        "PATH": os.pathsep.join([str(home / "bin"), os.defpath, os.environ["PATH"]]),
        "GIT_AUTHOR_NAME": "Ana",
        "GIT_AUTHOR_EMAIL": "ana@example.com",
        "GIT_COMMITTER_NAME": "Ana",
        "GIT_COMMITTER_EMAIL": "ana@example.com",
    }
    environment = kept | uv_environment() | own
    shown = [line for block in blocks("README.md") if block.run_by for line in block.typed()]
    assert [line.partition(" #")[0].strip() for line in shown] == [_INSTALL]
    done = subprocess.run(
        [str(tools / "uv"), *_INSTALL.split()[1:]],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return environment


@pytest.fixture
def stranger(tmp_path: Path, environment: dict[str, str]) -> Stranger:
    write(tmp_path)
    (tmp_path / "deployguard.toml").unlink()
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "Begin")
    return Stranger(tmp_path, environment)


def test_from_nothing_to_a_hook_that_refuses(stranger: Stranger) -> None:
    code, said = stranger.types("deployguard", "init")
    assert (code, "3 services" in said) == (0, True)
    code, said = stranger.types("deployguard", "check")
    assert code == 1
    assert "functions/orders/main.py:1: DG201" in said
    hook = re.search(
        r"^  - repo: local.*?always_run: true$",
        stranger.types("deployguard", "init", "--force")[1],
        re.M | re.S,
    )
    assert hook is not None
    (stranger.folder / ".pre-commit-config.yaml").write_text(f"repos:\n{hook[0]}\n", encoding="utf-8")
    git(stranger.folder, "add", "--all")
    runner = str(Path(sys.executable).with_name("pre-commit"))
    assert stranger.types(runner, "install")[0] == 0
    code, said = stranger.types("git", "commit", "--message", "Add the hook")
    assert code == 1
    assert "DG201" in said


def test_what_is_not_installed_comes_with_the_command_that_installs_it(stranger: Stranger) -> None:
    stranger.types("deployguard", "init")
    for verb in ("plan", "drift", "emulator"):
        code, said = stranger.types("deployguard", verb, *(["orders"] if verb == "plan" else []))
        assert code == 2, said
        assert "needs the extra `gcp`" in said
        assert "uv tool install 'deployguard-gcp[all]'" in said


def test_the_wheel_holds_the_schema_and_every_rule_page(stranger: Stranger) -> None:
    assert stranger.types("deployguard", "rule", "DG101")[0] == 0
    held = list(Path(stranger.environment["UV_TOOL_DIR"]).rglob("deployguard/config/*.schema.json"))
    assert len(held) == 1
