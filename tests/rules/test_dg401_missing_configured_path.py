from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from deployguard.config.load import parse_project
from deployguard.model.finding import Finding
from deployguard.rules.dg401_missing_configured_path import RULE
from deployguard.rules.rule import RepositoryFacts
from deployguard.source.tree import SourceTree
from tests.trees import Link, tree_of

CONFIGURATION = """\
[services.defaults]
include = ["shared"]
[services.orders]
kind = "function"
source = "functions/order"
[services.shop]
kind = "run"
dockerfile = "shop/Dockerfile"
context = "shop"
"""


def findings(tree: SourceTree, text: str = CONFIGURATION) -> list[Finding]:
    return list(RULE.judge(RepositoryFacts(tree, parse_project(text, "deployguard.toml"))))


SOUND: dict[str, str | bytes | Link] = {
    "functions/order/main.py": "",
    "shop/Dockerfile": "",
    "libs/shared/a.py": "",
    "shared": Link("libs/shared"),
}


def test_paths_that_are_there_are_no_findings() -> None:
    assert findings(tree_of(SOUND)) == []
    assert findings(tree_of(SOUND), '[services.a]\nkind = "run"\nsource = "."\n') == []


def test_a_missing_folder_is_placed_and_the_nearest_name_is_told() -> None:
    (finding,) = findings(tree_of({"functions/orders/main.py": "", "shop/Dockerfile": "", "shared/a.py": ""}))
    assert (finding.code, finding.path, finding.line) == ("DG401", "deployguard.toml", 5)
    assert finding.message == "services.orders.source: `functions/order` is not in this tree"
    assert finding.advice == "did you mean `functions/orders`?"


def test_a_path_of_the_defaults_is_reported_once() -> None:
    tree = tree_of({path: text for path, text in SOUND.items() if path != "shared"})
    (finding,) = findings(tree)
    assert (finding.line, finding.subject) == (2, "shared")


def test_a_link_that_leads_nowhere_does_not_count() -> None:
    (finding,) = findings(tree_of(SOUND | {"shared": Link("libs/gone")}))
    assert "the link `shared` leads nowhere" in finding.message


def test_a_file_in_the_place_of_a_folder_and_the_reverse() -> None:
    text = CONFIGURATION.replace('"shop/Dockerfile"', '"shop"').replace('"shop"\n', '"shop"\n', 1)
    messages = [
        one.message for one in findings(tree_of(SOUND), text.replace("functions/order", "shop/Dockerfile"))
    ]
    assert messages == [
        "services.orders.source: `shop/Dockerfile` is a file, not a folder",
        "services.shop.dockerfile: `shop` is a folder, not a Dockerfile",
    ]


def test_what_was_never_added_to_git_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "functions/order").mkdir(parents=True)
    tree = tree_of({path: text for path, text in SOUND.items() if not path.startswith("functions")})
    (finding,) = findings(replace(tree, kind="index", disk=tmp_path))
    assert finding.advice == "it lies in the work tree but not in git: git add functions/order"
