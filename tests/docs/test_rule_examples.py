"""The scripts that a rule's page shows are judged as the page says: the bad one is found, the good one is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import shell
from tests.cli.running import Shell
from tests.docs.blocks import ROOT
from tests.repositories import git

__all__ = ["shell"]
_SHOWN = re.compile(r"^(?P<word>Bad|Good):\n\n```sh\n(?P<script>.*?)^```$", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^[ ]*```(?:sh|console|bash|shell)$", re.MULTILINE)
PAGES = [
    path for path in sorted((ROOT / "docs/rules").glob("DG*.md")) if _FENCE.search(path.read_text("utf-8"))
]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_the_bad_one_is_found_and_the_good_one_is_not(shell: Shell, page: Path) -> None:
    shown = {one["word"]: one["script"] for one in _SHOWN.finditer(page.read_text("utf-8"))}
    assert set(shown) == {"Bad", "Good"}
    assert len(_FENCE.findall(page.read_text("utf-8"))) == 2
    for word, script in shown.items():
        shell.write("deploy.sh", f"#!/bin/sh\nset -e\n{script}")
        git(shell.folder, "add", "deploy.sh")
        ran = shell("check", "--select", page.stem, "--output-format", "json")
        found = {one["code"] for one in ran.value["repository"]}
        assert found == ({page.stem} if word == "Bad" else set()), ran.out
