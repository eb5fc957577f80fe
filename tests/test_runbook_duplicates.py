"""The commands of the runbook on duplicates do what it says, on a table that has some."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import shell
from tests.cli.running import Shell
from tests.cli.test_health import shop

pytestmark = pytest.mark.slow

__all__ = ["shell", "shop"]
PAGE = Path(__file__).parents[1] / "docs/runbooks/duplicates.md"
_BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def test_the_runbook(shop: Shell) -> None:
    lines = [line.strip() for block in _BLOCK.findall(PAGE.read_text("utf-8")) for line in block.splitlines()]
    ran = [shop(*shlex.split(line)[1:]) for line in lines]
    assert [one.code for one in ran] == [1, 1, 0]
    assert ran[0].value["results"][0]["examples"]
