from __future__ import annotations

import pytest

from tests.cli.running import CONFIGURATION, Shell
from tests.repositories import git


@pytest.fixture
def lacking(shell: Shell) -> Shell:
    """The shared package gained a module that one function does not link; the module needs two more things."""
    shell.write("shared/__init__.py", "import shared.retry\n")
    git(shell.folder, "commit", "--quiet", "--all", "--message", "Retry")
    return shell


def codes(shell: Shell, *arguments: str) -> set[str]:
    value = shell("check", "--output-format", "json", *arguments).value
    found = [finding for service in value["services"] for finding in service["findings"]]
    return {finding["code"] for finding in found + value["repository"]}


def test_a_clean_repository_is_clean(shell: Shell) -> None:
    ran = shell("check")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "no findings in 2 services\n"


def test_findings_exit_with_one(lacking: Shell) -> None:
    assert lacking("check").code == 1
    assert codes(lacking) == {"DG101", "DG201"}


def test_select_and_ignore_take_prefixes(lacking: Shell) -> None:
    assert codes(lacking, "--select", "dg1") == {"DG101"}
    assert codes(lacking, "--ignore", "DG101,DG3") == {"DG201"}


def test_the_configuration_selects_and_the_command_line_wins(lacking: Shell) -> None:
    lacking.write("deployguard.toml", f'[check]\nignore = ["DG2"]\n{CONFIGURATION}')
    assert codes(lacking) == {"DG101", "DG402"}
    assert "DG201" in codes(lacking, "--ignore", "DG402")


def test_an_unknown_prefix_names_the_nearest(shell: Shell) -> None:
    ran = shell("check", "--select", "DG11,DG9")
    assert ran.code == 2
    assert "DG9: no rule has this code" in ran.err


def test_an_unknown_prefix_in_the_configuration_names_its_key(shell: Shell) -> None:
    shell.write("deployguard.toml", f'[check]\nselect = ["DG999"]\n{CONFIGURATION}')
    ran = shell("check")
    assert ran.code == 2
    assert "deployguard.toml: check.select: DG999" in ran.err


def test_an_unknown_service_names_the_nearest(shell: Shell) -> None:
    ran = shell("check", "order")
    assert ran.code == 2
    assert "did you mean orders?" in ran.err
