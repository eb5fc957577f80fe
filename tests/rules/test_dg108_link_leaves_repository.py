from __future__ import annotations

from dataclasses import replace

import pytest

from deployguard.config.load import load_project
from deployguard.model.entry import SUBMODULE, Entry
from deployguard.rules.check import Request, check
from deployguard.rules.registry import chosen
from tests.trees import tree_of

TOML = '[project]\nid = "sample-project"\n\n[services.shop]\nkind = "run"\ndockerfile = "Dockerfile"\n'


@pytest.mark.parametrize(
    ("copy", "main", "expected"),
    [
        ("COPY . /app", "import json\n", []),
        ("COPY . /app", "import money.coins\n", ["libs/money"]),
        ("COPY libs/money /app/money", "import json\n", ["libs/money"]),
    ],
)
def test_a_submodule_in_an_image_matters_where_something_needs_it(
    copy: str, main: str, expected: list[str]
) -> None:
    dockerfile = f"FROM python:3.12\nCOPY main.py /app/\n{copy}\nCMD python /app/main.py\n"
    tree = tree_of({"deployguard.toml": TOML, "main.py": main, "Dockerfile": dockerfile})
    whole = replace(tree, entries={**tree.entries, "libs/money": Entry(SUBMODULE, "0" * 40)})
    report = check(whole, load_project(whole, None), Request((), chosen(("DG108",), ())), {})
    assert [one.subject for service in report.services for one in service.findings] == expected
