"""A temporary repository with the hook installed, and how commands are run in it.

Git and pre-commit are started here: the story is about the real ones.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from shutil import which
from types import MappingProxyType
from typing import NamedTuple

from deployguard.demo.stage import UNCOMMITTED, link, write
from deployguard.demo.story import Edit
from deployguard.model.errors import UsageError

_DEPLOYGUARD = (sys.executable, "-m", "deployguard")
_CONFIGURATION = """\
repos:
  - repo: local
    hooks:
      - id: deployguard
        name: "deployguard: every service is whole"
        entry: {entry} check --staged
        language: system
        pass_filenames: false
        always_run: true
"""


class Ended(NamedTuple):
    """What a command printed, and its exit code."""

    output: str
    code: int


def set_up(folder: Path) -> str:
    """Make the repository, and return which program runs the hook.

    Raises:
        UsageError: git is not installed, or refuses.
    """
    write(folder)
    runner = _runner()
    if runner:
        text = _CONFIGURATION.format(entry=" ".join(_DEPLOYGUARD))
        (folder / ".pre-commit-config.yaml").write_text(text, encoding="utf-8")
    begun = ("init", "--quiet", "--initial-branch", "main")
    for words in (begun, ("add", "--all"), ("commit", "--quiet", "--message", "Monday")):
        git(folder, *words)
    link(folder, UNCOMMITTED)
    if runner:
        run_command(folder, (runner, "install"))
        return "pre-commit"
    hook = folder / ".git/hooks/pre-commit"
    hook.write_text(f"#!/bin/sh\nexec {' '.join(_DEPLOYGUARD)} check --staged\n", encoding="utf-8")
    hook.chmod(0o755)
    return "a plain git hook"


def git(folder: Path, *words: str) -> None:
    """Run git to set the stage.

    Raises:
        UsageError: it is not installed, or refuses.
    """
    done = run_command(folder, ("git", *words))
    if done.code:
        raise UsageError(f"demo: git {words[0]} failed: {done.output.strip()}")


def run_command(
    folder: Path,
    words: tuple[str, ...],
    more: Mapping[str, str] = MappingProxyType({}),
    heard: Callable[[str], None] = lambda _: None,
) -> Ended:
    """Run a command of the story in the repository; what it prints comes back in the order of printing.

    `more` are variables of its environment; `heard` is told each line as it is printed.

    Raises:
        UsageError: there is no such program here.
    """
    actual = (*_DEPLOYGUARD, *words[1:]) if words[0] == "deployguard" else words
    try:
        process = subprocess.Popen(
            actual,
            cwd=folder,
            env={**_environment(), **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except FileNotFoundError as error:
        raise UsageError(f"demo: {words[0]} is not on PATH") from error
    with process:
        lines = []
        for line in process.stdout or ():
            lines.append(line)
            heard(line)
    return Ended("".join(lines), process.returncode)


def edit(folder: Path, edits: tuple[Edit, ...]) -> None:
    """Make each change to the first place that reads so."""
    for one in edits:
        at = folder / one.path
        at.write_text(at.read_text(encoding="utf-8").replace(one.old, one.new, 1), encoding="utf-8")


def _runner() -> str | None:
    beside = Path(sys.executable).with_name("pre-commit")
    return str(beside) if beside.exists() else which("pre-commit")


def _environment() -> Mapping[str, str]:
    """The user's own, without what speaks of another repository, and with an author for the story's commits."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    author = {"GIT_AUTHOR_NAME": "Ana", "GIT_AUTHOR_EMAIL": "ana@example.com"}
    committer = {"GIT_COMMITTER_NAME": "Ana", "GIT_COMMITTER_EMAIL": "ana@example.com"}
    return plain | author | committer | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
