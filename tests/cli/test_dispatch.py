from __future__ import annotations

import subprocess
import sys

import pytest

from deployguard.cli import main
from deployguard.cli.verbs import VERBS
from tests.cli.running import Shell


@pytest.mark.parametrize("words", [["-C", "{}", "check"], ["check", "-C", "{}"]])
def test_the_repository_is_named_before_or_after_the_verb(shell: Shell, words: list[str]) -> None:
    assert main([word.format(shell.folder) for word in words]) == 0


def test_an_unknown_verb_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chekc"]) == 2
    assert "did you mean `deployguard check`?" in capsys.readouterr().err


def test_no_verb_shows_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert all(verb in capsys.readouterr().err for verb in [*VERBS][:1])


def test_help_and_version_are_no_failures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert main(["--version"]) == 0
    assert "deployguard" in capsys.readouterr().out


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_helps_with_an_example(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, "--help"]) == 0
    assert f"example: {VERBS[verb].example}" in capsys.readouterr().out


def test_services_and_options_may_be_mixed(shell: Shell) -> None:
    assert shell("check", "orders", "--staged", "parcels").code == 0


def test_a_folder_without_a_repository_is_said(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "-C", str(tmp_path_factory.mktemp("empty"))]) == 2
    assert "not a git repository" in capsys.readouterr().err


@pytest.mark.slow
def test_the_program_ends_with_the_code_of_the_verb(shell: Shell) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deployguard", "-C", str(shell.folder), "rule", "DG9"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
