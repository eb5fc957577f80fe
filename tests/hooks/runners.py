"""The ways in which a team runs the hook."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import copy2

from tests.repositories import git, head

CONFIGURATION = ".pre-commit-config.yaml"


@dataclass(frozen=True, slots=True)
class HookHome:
    """Where a clone of deployguard lies, and what to run git and hook runners with."""

    deployguard: Path
    environment: Mapping[str, str]

    def run(self, folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            cwd=folder,
            env={**self.environment, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )


def configuration(home: HookHome, *ids: str) -> str:
    """Return a configuration of pre-commit and prek with these hooks."""
    rev = head(home.deployguard)
    hooks = "".join(f"      - id: {name}\n" for name in ids)
    return f"repos:\n  - repo: {home.deployguard}\n    rev: {rev}\n    hooks:\n{hooks}"


def with_runner(program: str) -> Callable[[HookHome, Path], None]:
    """Install the hook as `pre-commit install` and `prek install` do."""

    def install(home: HookHome, top: Path) -> None:
        (top / CONFIGURATION).write_text(configuration(home, "deployguard"))
        git(top, "add", CONFIGURATION)
        git(top, "commit", "--quiet", "--message", "Add the hook")
        done = home.run(top, program, "install")
        assert done.returncode == 0, done.stdout

    return install


def by_copy(home: HookHome, top: Path) -> None:
    copy2(home.deployguard / "hooks/pre-commit", top / ".git/hooks/pre-commit")


def by_hooks_path(home: HookHome, top: Path) -> None:
    git(top, "config", "core.hooksPath", str(home.deployguard / "hooks"))


INSTALLERS: Mapping[str, Callable[[HookHome, Path], None]] = {
    "pre-commit": with_runner("pre-commit"),
    "prek": with_runner("prek"),
    "shim": by_copy,
}
