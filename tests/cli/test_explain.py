from __future__ import annotations

import pytest

from tests.cli.running import CONFIGURATION, Shell, repository
from tests.repositories import git

pytestmark = pytest.mark.slow

REPOSITORY = f"""\
-- deployguard.toml --
{CONFIGURATION}
-- functions/orders/main.py --
import functions_framework
from shared import rules


@functions_framework.http
def handle(request):
    import requests
    return rules.check(requests)
-- functions/orders/requirements.txt --
functions-framework==3.8
PyYAML>=6  # for the rules
requests==2.32.3
-- functions/orders/shared/__init__.py -> ../../../shared/__init__.py --
-- functions/orders/shared/rules.py -> ../../../shared/rules.py --
-- functions/orders/shared/rules.yaml -> ../../../shared/rules.yaml --
-- functions/orders/spare.py --
import retired
-- shared/__init__.py --
-- shared/rules.py --
from pathlib import Path

import yaml
import tenacity
import shared.retry

RULES = yaml.safe_load((Path(__file__).parent / "rules.yaml").read_text())


def check(request):
    return RULES
-- shared/rules.yaml --
a: 1
-- shared/retry.py --
"""


@pytest.fixture
def orders(shell: Shell) -> Shell:
    folder = repository(shell.folder.parent / "orders", REPOSITORY)
    return Shell(folder, shell.capture)


def test_a_module_is_explained_by_its_chain(orders: Shell) -> None:
    ran = orders("explain", "orders", "shared.rules")
    assert ran.code == 0
    assert ran.out == (
        "orders needs shared.rules at start-up:\n"
        "  functions/orders/main.py:2 imports shared.rules\n"
        "it arrives as shared/rules.py, from shared/rules.py\n"
    )


def test_a_module_from_outside_names_its_distribution_and_line(orders: Shell) -> None:
    assert orders("explain", "orders", "yaml").out == (
        "orders needs yaml at start-up:\n"
        "  functions/orders/main.py:2 imports shared.rules\n"
        "  shared/rules.py:3 imports yaml\n"
        "yaml comes from pyyaml\n"
        "functions/orders/requirements.txt:2 declares PyYAML>=6\n"
    )


@pytest.mark.parametrize("name", ["PyYAML", "pyyaml"])
def test_a_distribution_names_the_imports_that_need_it(orders: Shell, name: str) -> None:
    out = orders("explain", "orders", name).out
    assert f"orders needs {name} at start-up:\n" in out
    assert "shared/rules.py:3 imports yaml\n" in out
    assert "functions/orders/requirements.txt:2 declares PyYAML>=6\n" in out


def test_a_distribution_that_another_brings_names_it(orders: Shell) -> None:
    ran = orders("explain", "orders", "urllib3")
    assert ran.code == 0
    assert "requests -> urllib3 brings it\n" in ran.out
    assert "when a function runs" in ran.out


def test_an_undeclared_one_is_said_to_be(orders: Shell) -> None:
    assert "no declared requirement brings tenacity" in orders("explain", "orders", "tenacity").out


def test_a_missing_module_is_needed_and_lacking(orders: Shell) -> None:
    ran = orders("explain", "orders", "shared.retry")
    assert ran.code == 0
    assert "shared/rules.py:5 imports shared.retry" in ran.out
    assert "the artifact lacks it; the repository has shared/retry.py" in ran.out


@pytest.mark.parametrize("name", ["shared/rules.yaml", "functions/orders/shared/rules.yaml"])
def test_a_data_file_names_the_line_that_reads_it(orders: Shell, name: str) -> None:
    ran = orders("explain", "orders", name)
    assert ran.code == 0
    assert "  shared/rules.py:7 reads shared/rules.yaml\n" in ran.out


PLAIN = f"""\
-- deployguard.toml --
{CONFIGURATION}
-- functions/orders/main.py --
from pathlib import Path


def limits():
    import other
    import requests
    return other, requests, (Path(__file__).parent / "limits.yaml").read_text()


def spare():
    import left
    return left


def handle(request):
    return limits()
-- functions/orders/requirements.txt --
requests==2.32.3
-- functions/orders/limits.yaml --
-- functions/orders/other.py --
-- functions/orders/left.py --
"""


@pytest.mark.parametrize("name", ["other", "requests", "limits.yaml"])
def test_code_that_is_reached_is_told_from_code_that_is_not_where_nothing_lacks(
    shell: Shell, name: str
) -> None:
    plain = Shell(repository(shell.folder.parent / "plain", PLAIN), shell.capture)
    assert plain("explain", "orders", name).out.startswith(
        f"orders needs {name} when a function runs that is reached by name:\n"
    )
    left = plain("explain", "orders", "left").out
    assert left.startswith("orders needs left in a function that nothing reached mentions by name:\n")


@pytest.mark.parametrize("name", ["main.py", "functions/orders/main.py", "main"])
def test_the_entry_point_is_needed(orders: Shell, name: str) -> None:
    ran = orders("explain", "orders", name)
    assert ran.code == 0
    assert "it is the entry point" in ran.out


def test_requirements_are_needed_by_the_build(orders: Shell) -> None:
    ran = orders("explain", "orders", "requirements.txt")
    assert ran.code == 0
    assert "the build installs functions/orders/requirements.txt" in ran.out


@pytest.mark.parametrize("name", ["functions/orders/spare.py", "spare.py"])
def test_a_file_that_nothing_imports_is_not_needed(orders: Shell, name: str) -> None:
    ran = orders("explain", "orders", name)
    assert ran.code == 1
    assert ran.out.startswith(f"orders does not need {name}: nothing that runs imports or reads this file\n")


def test_a_declared_distribution_that_nothing_imports_is_not_needed(orders: Shell) -> None:
    text = "functions-framework==3.8\nPyYAML\nrequests\ntenacity\nattrs\n"
    orders.write("functions/orders/requirements.txt", text)
    ran = orders("explain", "orders", "attrs")
    assert ran.code == 1
    assert "functions/orders/requirements.txt:5 declares attrs" in ran.out


def test_what_nobody_knows_is_not_needed(orders: Shell) -> None:
    ran = orders("explain", "orders", "nonsense")
    assert ran.code == 1
    assert ran.out.startswith("orders does not need nonsense: no module, distribution or file")


def test_programs_read_the_chain_as_json(orders: Shell) -> None:
    value = orders("explain", "orders", "yaml", "--output-format", "json").value
    assert (value["schema"], value["kind"], value["needed"]) == (1, "module", True)
    assert value["uses"][0]["at"] == {"path": "shared/rules.py", "line": 3}
    assert [step["imports"] for step in value["uses"][0]["chain"]] == ["shared.rules"]


def test_the_index_and_commits_are_explained_too(orders: Shell) -> None:
    git(orders.folder, "rm", "--quiet", "--cached", "functions/orders/shared/rules.yaml")
    assert orders("explain", "orders", "shared/rules.yaml", "--rev", "HEAD").code == 0
    assert "the artifact lacks it" in orders("explain", "orders", "shared/rules.yaml", "--staged").out
