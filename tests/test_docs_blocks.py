"""What the pages tell people to type works: typed in this order, in a repository like theirs or in one that has it all."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from pre_commit.clientlib import load_manifest  # type: ignore[import-untyped]

from deployguard.demo.stage import write
from tests.docs.blocks import ROOT, all_blocks, blocks, pages
from tests.docs.town import furnished, next_version
from tests.docs.typing import typed
from tests.emulator.conftest import Served, own
from tests.repositories import git

__all__ = ["own"]
BEGINNERS = ("README.md", "docs/guide.md")
TYPED = tuple(page for page in pages() if page not in BEGINNERS and any(one.here() for one in blocks(page)))
# Pages that begin with something in production.
DEPLOYED = {"docs/commands.md", "docs/runbooks/rollback.md", "docs/runbooks/stale-before-reconcile.md"}
# A repository that has its configuration is shown how to begin one.
AROUND = {"deployguard init": ("mv deployguard.toml kept.toml", "mv kept.toml deployguard.toml")}
LANGUAGES = {"sh", "console", "yaml", "toml", "json"}
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


def test_every_block_is_run_or_says_why_not() -> None:
    told = tomllib.loads((Path(__file__).parent / "docs/not_run.toml").read_text(encoding="utf-8"))
    assert Counter(block.not_run for block in all_blocks() if block.not_run) == {
        word: one["blocks"] for word, one in told.items()
    }
    assert all(one["reason"] for one in told.values())


def test_what_another_test_runs_is_run_there() -> None:
    for block in all_blocks():
        assert not block.run_by or Path(block.page).stem in (ROOT / block.run_by).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", pages())
def test_every_block_says_what_it_is(page: str) -> None:
    assert {block.language for block in blocks(page)} <= LANGUAGES
    fences = re.findall(r"^[ ]*```", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert len(fences) == 2 * len(blocks(page)), "a fence or its marker is not written as the others are"


@pytest.mark.slow
@pytest.mark.parametrize("page", BEGINNERS)
def test_what_a_beginner_is_told_to_type_works(page: str, tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    write(folder)
    (folder / "deployguard.toml").unlink()
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Begin")
    lines: list[str] = []
    for block in blocks(page):
        lines += block.here() + _edits(block.lines if block.language == "toml" else ())
    _all_well(lines, folder, {})


@pytest.mark.slow
@pytest.mark.parametrize("page", TYPED)
def test_what_a_page_tells_to_type_works(page: str, tmp_path: Path, own: Served) -> None:
    folder = tmp_path / "theirs"
    environment = furnished(folder, own)
    if page in DEPLOYED:
        for version in ("2", "3"):
            next_version(folder, version)
            (shipped,) = typed(["deployguard deploy orders --no-smoke"], folder, environment)
            assert shipped.code == 0, shipped.said
        next_version(folder, "4")
    lines = [line for block in blocks(page) for line in block.here()]
    _all_well([one for line in lines for one in _set_up(line)], folder, environment)


@pytest.mark.parametrize("page", BEGINNERS)
def test_hooks_in_a_page_are_in_the_manifest(page: str) -> None:
    known = {hook["id"] for hook in load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))}
    shown = re.findall(r"- id: (\S+)", (ROOT / page).read_text(encoding="utf-8"))
    assert shown
    assert set(shown) <= known


@pytest.mark.parametrize("page", pages())
def test_links_lead_to_files(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert [to for to in _LINK.findall(text) if not ((ROOT / page).parent / to).exists()] == []


def test_nobody_is_told_to_install_the_namesake() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "hooks").iterdir()]
    namesake = re.compile(r"(?:install|add|run|--with) deployguard(?!-gcp)\b")
    assert [page.name for page in pages if namesake.search(page.read_text(encoding="utf-8"))] == []


def _all_well(lines: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Type the lines; findings are an answer, what cannot be told is none."""
    done = typed(lines, folder, environment)
    assert [one.line for one in done] == lines, done[-1:]
    for one in done:
        assert one.code == 0 or (one.code == 1 and one.line.startswith("deployguard ")), one
        assert "Traceback" not in one.said


def _set_up(line: str) -> tuple[str, ...]:
    before, after = AROUND.get(line, ("true", "true"))
    return before, line, after


def _edits(lines: tuple[str, ...]) -> tuple[str, ...]:
    """What puts the keys of a table that a page shows into the deployguard.toml that `init` wrote."""
    keys = [line.partition(" = ")[0] for line in lines if " = " in line]
    table = "\\n".join(lines[1:])
    drop = "".join(f"/^#* *{key} = /d; " for key in keys)
    return (
        (f"sed '{drop}s/^\\[project\\]/&\\n{table}/' deployguard.toml > new; mv new deployguard.toml",)
        if keys
        else ()
    )
