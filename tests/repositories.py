"""Real git repositories made from the text of a sample project."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_HEADER = re.compile(r"^-- (?P<path>.+?)(?: -> (?P<target>.+?))?(?P<untracked> \(untracked\))? --$")


class SampleFile(NamedTuple):
    """One file of a sample project: its text, or the target of a link."""

    path: str
    text: str
    target: str | None
    untracked: bool


def sample_files(text: str) -> Iterator[SampleFile]:
    """Read the files of a `repository.txt`."""
    head: re.Match[str] | None = None
    lines: list[str] = []
    for line in [*text.splitlines(keepends=True), "-- end --\n"]:
        found = _HEADER.match(line.rstrip("\n"))
        if found is None:
            lines.append(line)
            continue
        if head is not None:
            yield SampleFile(head["path"], "".join(lines), head["target"], bool(head["untracked"]))
        head, lines = found, []


def git(folder: Path, *arguments: str) -> str:
    """Run git in a repository of a test."""
    identity = ["-c", "user.name=Ana", "-c", "user.email=ana@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


def head(folder: Path) -> str:
    """Return the id of the commit that is checked out."""
    return git(folder, "rev-parse", "HEAD").strip()


def make_repository(folder: Path, files: Iterator[SampleFile] | list[SampleFile]) -> Path:
    """Write the files, add the tracked ones to the index, and commit them."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    tracked = [file.path for file in files if _write(folder, file)]
    if tracked:
        git(folder, "add", "--force", "--", *tracked)
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "Begin")
    return folder


def _write(folder: Path, file: SampleFile) -> bool:
    at = folder / file.path
    at.parent.mkdir(parents=True, exist_ok=True)
    if file.target is None:
        at.write_text(file.text, encoding="utf-8", newline="")
    else:
        at.symlink_to(file.target)
    return not file.untracked
