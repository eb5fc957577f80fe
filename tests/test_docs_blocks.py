"""What README and guide tell people to type works, typed in this order in a repository like theirs.

Blocks of `sh` are run line by line; `console` blocks only show something.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from pre_commit.clientlib import load_manifest  # type: ignore[import-untyped]

from deployguard.demo.stage import write
from tests.repositories import git

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "docs/guide.md")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


class Block(NamedTuple):
    """A fenced block: its language and its lines."""

    language: str
    lines: tuple[str, ...]


def blocks(page: str) -> list[Block]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return [Block(language, tuple(body.splitlines())) for language, body in _BLOCK.findall(text)]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_tells_to_type_works(page: str, tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "deployguard.toml").unlink()
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "Begin")
    for block in blocks(page):
        for line in block.lines if block.language == "sh" else ():
            code, said = _typed(line, tmp_path)
            findings_are_fine = line.startswith("deployguard ")
            assert code == 0 or (code == 1 and findings_are_fine), f"{line}\n{said}"
            assert "Traceback" not in said


@pytest.mark.parametrize("page", PAGES)
def test_every_block_says_what_it_is(page: str) -> None:
    assert {block.language for block in blocks(page)} <= {"sh", "console", "yaml", "toml"}


@pytest.mark.parametrize("page", PAGES)
def test_hooks_in_a_page_are_in_the_manifest(page: str) -> None:
    known = {hook["id"] for hook in load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))}
    shown = re.findall(r"- id: (\S+)", (ROOT / page).read_text(encoding="utf-8"))
    assert shown
    assert set(shown) <= known


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert [to for to in _LINK.findall(text) if not ((ROOT / page).parent / to).exists()] == []


def test_nobody_is_told_to_install_the_namesake() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "hooks").iterdir()]
    namesake = re.compile(r"(?:install|add|run|--with) deployguard(?!-gcp)\b")
    assert [page.name for page in pages if namesake.search(page.read_text(encoding="utf-8"))] == []


def _typed(line: str, folder: Path) -> tuple[int, str]:
    identity = {
        f"GIT_{who}_{what}": "ana@example.com"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["sh", "-c", line],
        cwd=folder,
        env=plain | identity | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr
