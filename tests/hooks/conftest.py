"""One copy of this repository and one hook environment, shared by all workers of a test run."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy2

import pytest

from tests.hooks.runners import HookHome
from tests.repositories import git

THIS_REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def hook_home(tmp_path_factory: pytest.TempPathFactory) -> HookHome:
    """Return where this repository's tracked files lie as a clone, and the environment to run hooks in."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own
    with _locked(shared / "hooks.lock"):
        if not (shared / "deployguard").exists():
            _snapshot(shared / "deployguard")
    # Another test's PYTHONPATH would let pip take what lies there for installed.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON"))}
    environment = kept | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PRE_COMMIT_HOME": str(shared / "pre-commit-home"),
        "PREK_HOME": str(shared / "prek-home"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "UV_SYSTEM_CERTS": "1",  # prek installs with uv, which trusts its own list of certificates otherwise
        "UV_NATIVE_TLS": "1",
    }
    for name in ("AUTHOR", "COMMITTER"):
        environment |= {f"GIT_{name}_NAME": "Ana", f"GIT_{name}_EMAIL": "ana@example.com"}
    return HookHome(shared / "deployguard", environment)


def _snapshot(at: Path) -> None:
    """Commit what is tracked, as it lies on disk: an edit is tested before it is committed, a forgotten file is not there."""
    at.mkdir()
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=THIS_REPOSITORY, capture_output=True, text=True, check=True
    )
    for path in listed.stdout.split("\0"):
        if path.startswith(("src/", "hooks/")) or (path and "/" not in path):
            (at / path).parent.mkdir(parents=True, exist_ok=True)
            copy2(THIS_REPOSITORY / path, at / path)
    git(at, "init", "--quiet", "--initial-branch", "main")
    git(at, "add", "--all", "--force")
    git(at, "commit", "--quiet", "--message", "Snapshot")


@contextmanager
def _locked(at: Path) -> Iterator[None]:
    with at.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
