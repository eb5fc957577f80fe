from __future__ import annotations

from collections.abc import Mapping

import pytest

from deployguard.config.load import parse_project
from deployguard.rules.dg402_unlisted_service import RULE
from deployguard.rules.rule import RepositoryFacts
from tests.trees import tree_of

HTTP = "import functions_framework\n\n@functions_framework.http\ndef serve(request): ...\n"
WEB = "FROM python:3.12\nCOPY . .\nCMD python main.py\n"
ORDERS = '[services.orders]\nkind = "function"\nsource = "functions/orders"\n'
SHOP = '[services.shop]\nkind = "run"\ndockerfile = "shop/Dockerfile"\n'


def function(folder: str, text: str = HTTP) -> dict[str, str]:
    return {f"{folder}/main.py": text, f"{folder}/requirements.txt": ""}


def unlisted(files: Mapping[str, str], text: str = ORDERS + SHOP) -> list[str]:
    project = parse_project(text, "deployguard.toml")
    return [finding.path for finding in RULE.judge(RepositoryFacts(tree_of(files), project))]


def test_a_function_that_nobody_listed_is_reported_where_it_stands() -> None:
    project = parse_project(ORDERS, "deployguard.toml")
    tree = tree_of(function("functions/orders") | function("functions/refunds"))
    (finding,) = RULE.judge(RepositoryFacts(tree, project))
    assert (finding.path, finding.line, finding.severity) == ("functions/refunds/main.py", 4, "warning")
    assert 'source = "functions/refunds"' in finding.advice


def test_a_dockerfile_that_nobody_listed_is_reported() -> None:
    assert unlisted({"shop/Dockerfile": WEB, "stock/Dockerfile": WEB}) == ["stock/Dockerfile"]
    assert unlisted({"shop/Dockerfile": WEB, "shop/Dockerfile.worker": WEB}) == ["shop/Dockerfile.worker"]


def test_a_function_that_does_not_parse_is_reported_too() -> None:
    assert unlisted(function("broken", HTTP + "(")) == ["broken/main.py"]


def test_dockerfiles_of_one_folder_are_told_apart() -> None:
    text = '[services.a]\nkind = "run"\ndockerfile = "docker/a.Dockerfile"\n'
    files = {"docker/a.Dockerfile": WEB, "docker/b.Dockerfile": WEB}
    assert unlisted(files, text) == ["docker/b.Dockerfile"]


@pytest.mark.parametrize(
    "files",
    [
        function("functions/orders/inner"),
        function("shop/inner"),
        function("examples/a"),
        function("a/templates/b"),
        function("tests/a"),
        function("guess", "def serve(request): ...\n"),
        {"shop/Dockerfile.dev": WEB},
        {"shop/test.Dockerfile": WEB},
        {"functions/orders/Dockerfile": WEB},
        {"web/Dockerfile": "FROM node\nCMD node x.js\n"},
    ],
)
def test_what_may_well_be_no_service_is_left_alone(files: dict[str, str]) -> None:
    assert unlisted(files) == []


def test_excluded_folders_are_left_alone() -> None:
    files = function("attic/a") | function("b")
    assert unlisted(files, ORDERS + '[check]\nexclude = ["attic/**"]\n') == ["b/main.py"]


def test_a_service_at_the_root_does_not_hide_others() -> None:
    files = {"main.py": HTTP, "requirements.txt": "", **function("other")}
    assert unlisted(files, '[services.root]\nkind = "function"\nsource = "."\n') == ["other/main.py"]
