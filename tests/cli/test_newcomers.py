"""What somebody new does wrong first, and the next command that the message names."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import pytest

from deployguard.cli import main
from tests.cli.running import CONFIGURATION, Shell
from tests.repositories import git


@pytest.fixture
def nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A repository without a commit and without a configuration."""
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    return Shell(tmp_path, capsys)


@pytest.mark.parametrize(
    ("typed", "next_one"),
    [
        ("check", "`deployguard init`"),
        ("check --staged", "`deployguard init`"),
        ("explain orders yaml", "`deployguard init`"),
        ("artifact orders", "`deployguard init`"),
        ("health", "`deployguard init`"),
        ("history", "`deployguard init`"),
        ("init", "`git add`"),
        ("check --rev HEAD", "`git commit`"),
        ("plan orders", "`git commit`"),
        ("deploy orders", "`git commit`"),
        ("drift", "commit"),
        ("check --rev nowhere", "`git fetch`"),
    ],
)
def test_in_a_repository_with_nothing_in_it(nothing: Shell, typed: str, next_one: str) -> None:
    ran = nothing(*shlex.split(typed))
    assert ran.code in {1, 2}
    assert next_one in ran.err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "next_one"),
    [
        ("check ordrs", "did you mean orders?"),
        ("explain ordrs yaml", "did you mean orders?"),
        ("artifact ordrs", "did you mean orders?"),
        ("smoke ordrs", "did you mean orders?"),
        ("plan ordrs", "did you mean orders?"),
        ("drift ordrs", "did you mean orders?"),
        ("rule DG10", "did you mean DG"),
        ("check --stagd", "did you mean --staged?"),
        ("affected", "example: deployguard affected --since origin/main"),
        ("check --since nowhere", "`git fetch`"),
        ("deploy", "--stale"),
        ("deploy orders", 'bucket = "NAME"'),
        ("history", 'bucket = "NAME"'),
        ("rollback orders", 'bucket = "NAME"'),
        ("health", "[health.NAME]"),
        ("reconcile", "[trackers.NAME]"),
        ("init", "--force"),
    ],
)
def test_in_a_repository_of_theirs(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, typed: str, next_one: str
) -> None:
    monkeypatch.setenv("DEPLOYGUARD_ENDPOINT", "http://127.0.0.1:9")  # nobody answers there
    ran = shell(*shlex.split(typed))
    assert ran.code == 2
    assert next_one in ran.err


def test_a_configuration_that_is_corrected_and_not_committed_is_told_apart(shell: Shell) -> None:
    without = CONFIGURATION.replace('id = "sample-project"\n', "")
    shell.write("deployguard.toml", without)
    git(shell.folder, "commit", "--quiet", "--all", "--message", "Begin")
    ran = shell("plan", "orders")
    assert 'add id = "NAME"' in ran.err
    assert "differs" not in ran.err
    shell.write("deployguard.toml", CONFIGURATION)
    ran = shell("plan", "orders")
    assert ran.code == 2
    assert "the one in the work tree differs: commit it first" in ran.err


def test_without_credentials_it_says_how_to_get_some(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DEPLOYGUARD_ENDPOINT", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    ran = shell("plan", "orders")
    assert ran.code == 2
    assert "gcloud auth application-default login" in ran.out
    assert "Traceback" not in ran.err


def test_outside_of_a_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", os.fspath(tmp_path.parent))
    for verb in ("init", "check", "drift"):
        assert main([verb]) == 2
        assert "run deployguard inside one or pass it with -C DIR" in capsys.readouterr().err


def test_a_detached_head_is_checked_as_any_other(shell: Shell) -> None:
    git(shell.folder, "checkout", "--quiet", "--detach")
    assert shell("check").code == 0


def test_at_a_terminal_findings_end_with_what_to_do_next(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.write("functions/orders/main.py", "import yaml\n\n\ndef handle(request): ...\n")
    assert "next:" not in shell("check").err
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert "next: `deployguard check --diff`" in shell("check").err
