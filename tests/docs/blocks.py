"""The fenced blocks of the pages for people, and what of them is to be typed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(
    r"^(?:[ ]*<!-- (?P<marker>not run: \S+|run by \S+) -->\n)?(?P<indent>[ ]*)```(?P<language>\w*)\n(?P<body>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
_TYPED = {"sh", "console", "bash", "shell"}


class Block(NamedTuple):
    """A fenced block of a page, as it stands there.

    `not_run` is the word under which not_run.toml says why no test runs it, `run_by` the test that does where it is
    not the test of its page; "" for neither.
    """

    page: str
    language: str
    lines: tuple[str, ...]
    not_run: str = ""
    run_by: str = ""

    def typed(self) -> tuple[str, ...]:
        """The lines that a person types: all of a script, those after a prompt of a session."""
        if self.language == "console":
            lines = tuple(line.removeprefix("$ ") for line in self.lines if line.startswith("$ "))
        else:
            lines = self.lines if self.language in _TYPED else ()
        return tuple(filter(None, "\n".join(lines).replace("\\\n", " ").splitlines()))

    def here(self) -> tuple[str, ...]:
        """What the test of the page has to type."""
        return () if self.not_run or self.run_by else self.typed()


def pages() -> list[str]:
    """Every page for people, by its path; the rules' own have examples of scripts instead."""
    found = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    return sorted(str(path.relative_to(ROOT)) for path in found if path.parent.name != "rules")


def blocks(page: str) -> list[Block]:
    return [_block(page, found) for found in _BLOCK.finditer((ROOT / page).read_text(encoding="utf-8"))]


def all_blocks() -> list[Block]:
    return [block for page in pages() for block in blocks(page)]


def _block(page: str, found: re.Match[str]) -> Block:
    indent = len(found["indent"])
    lines = tuple(line[indent:] for line in found["body"].splitlines())
    kind, _, word = (found["marker"] or "").rpartition(" ")
    return Block(
        page,
        found["language"],
        lines,
        not_run=word if kind == "not run:" else "",
        run_by=word if kind == "run by" else "",
    )
