"""One way to run git: argument lists, a clean environment, no network, no lock taken."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deployguard.model.errors import SourceError

_OFFLINE = {
    "GIT_NO_LAZY_FETCH": "1",  # git 2.45 and later
    "GIT_ALLOW_PROTOCOL": "none",  # before 2.45: a lazy fetch is refused by its transport
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",  # what was shipped and pushed is the commit itself, not what stands in for it here
    "GIT_GRAFT_FILE": os.devnull,
    "LC_ALL": "C",
}
# What speaks of every repository (git(1), "Environment Variables"): where configuration and git itself lie.
_OF_ALL_REPOSITORIES = (
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CEILING_DIRECTORIES",
    "GIT_EXEC_PATH",
)
# Git is run at the top of the work tree, which need not be where a hook was: these must not be relative.
_PATHS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY")


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository and how to speak to it.

    `work_tree` is None in a bare or mirror repository. `environment` is what git is run with: the `GIT_*` variables
    of a hook are kept only when they speak of this very repository (githooks, "Description").
    """

    git_dir: Path
    work_tree: Path | None
    environment: tuple[tuple[str, str], ...]

    def run(self, *arguments: str, given: bytes = b"") -> bytes:
        """Run git and return its standard output.

        Raises:
            SourceError: git is not installed, or ended with an error; git's own words are in the message.
        """
        done = self.attempt(*arguments, given=given)
        if done.returncode:
            raise SourceError(f"git {arguments[0]} failed in {self.folder}: {_last_line(done.stderr)}")
        return done.stdout

    def attempt(self, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """As `run`, but a failure of git is the caller's to judge."""
        return _git(self.folder, dict(self.environment), *arguments, given=given)

    @property
    def folder(self) -> Path:
        return self.work_tree or self.git_dir


def open_repository(folder: Path) -> Repository:
    """Find the repository that `folder` is in: a work tree, a linked one, a bare one.

    Raises:
        SourceError: there is none, or git refuses to read it.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder}: no such folder; pass the repository with -C DIR")
    plain = {key: value for key, value in os.environ.items() if not _is_of_one_repository(key)} | _OFFLINE
    done = _git(folder, plain, "rev-parse", "--is-bare-repository", "--absolute-git-dir", "--show-toplevel")
    lines = os.fsdecode(done.stdout).rstrip("\n").split("\n")
    if len(lines) < 2 or (done.returncode and lines[0] != "true"):
        raise SourceError(
            f"{folder}: not a git repository that can be read ({_last_line(done.stderr)}); "
            "run deployguard inside one or pass it with -C DIR"
        )
    git_dir = Path(lines[1])
    work_tree = Path(lines[2]) if len(lines) > 2 else None
    return Repository(git_dir, work_tree, tuple(_environment_for(git_dir, plain).items()))


def _is_of_one_repository(variable: str) -> bool:
    return variable.startswith("GIT_") and not variable.startswith(_OF_ALL_REPOSITORIES)


def _environment_for(git_dir: Path, plain: dict[str, str]) -> dict[str, str]:
    given = os.environ.get("GIT_DIR")
    own_index = os.environ.get("GIT_INDEX_FILE")
    if given is not None and Path(given).resolve() == git_dir.resolve():
        absolute = {key: str(Path(os.environ[key]).absolute()) for key in _PATHS if os.environ.get(key)}
        return dict(os.environ) | absolute | _OFFLINE
    if given is None and own_index and _is_inside(Path(own_index), git_dir):
        return plain | {"GIT_INDEX_FILE": str(Path(own_index).absolute())}
    return plain


def _is_inside(path: Path, folder: Path) -> bool:
    return path.absolute().resolve().is_relative_to(folder.resolve())


def _git(
    folder: Path, environment: dict[str, str], *arguments: str, given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", *arguments], cwd=folder, env=environment, input=given, capture_output=True, check=False
        )
    except FileNotFoundError as error:
        raise SourceError("git is not on PATH; deployguard reads every source tree through it") from error
    except OSError as error:
        raise SourceError(f"{folder}: git cannot be started there: {error.strerror}") from error


def _last_line(text: bytes) -> str:
    lines = text.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "no message from git"
