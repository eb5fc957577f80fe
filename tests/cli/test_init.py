from __future__ import annotations

import pytest

from tests.cli.running import Shell
from tests.repositories import git


@pytest.fixture
def bare_of_configuration(shell: Shell) -> Shell:
    git(shell.folder, "rm", "--quiet", "deployguard.toml")
    shell.write(
        "bin/deploy.sh",
        "gcloud functions deploy orders-handler --source functions/orders --entry-point handle \\\n"
        "  --project acme-orders --region europe-west1 --runtime python312 --trigger-http\n",
    )
    git(shell.folder, "add", ".")
    git(shell.folder, "commit", "--quiet", "--message", "No configuration")
    return shell


def test_what_is_written_is_what_check_accepts(bare_of_configuration: Shell) -> None:
    ran = bare_of_configuration("init")
    assert ran.code == 0
    text = (bare_of_configuration.folder / "deployguard.toml").read_text()
    assert 'id = "acme-orders"' in text
    assert 'region = "europe-west1"' in text
    assert "[services.orders-handler]" in text
    assert "deployguard check" in ran.err
    assert "- id: deployguard" in ran.err
    checked = bare_of_configuration("check", "--output-format", "json").value
    assert [service["name"] for service in checked["services"]] == ["orders-handler", "parcels"]


def test_a_file_that_is_there_stays(shell: Shell) -> None:
    before = (shell.folder / "deployguard.toml").read_text()
    ran = shell("init")
    assert ran.code == 2
    assert "--force" in ran.err
    assert (shell.folder / "deployguard.toml").read_text() == before


def test_force_writes_it_anew_and_stdout_writes_nothing(shell: Shell) -> None:
    before = (shell.folder / "deployguard.toml").read_text()
    shown = shell("init", "--stdout")
    assert shown.code == 0
    assert (shell.folder / "deployguard.toml").read_text() == before
    assert shell("init", "--force").code == 0
    assert (shell.folder / "deployguard.toml").read_text() == shown.out != before


def test_nothing_to_deploy_writes_nothing(bare_of_configuration: Shell) -> None:
    git(bare_of_configuration.folder, "rm", "-r", "--quiet", "functions")
    ran = bare_of_configuration("init")
    assert ran.code == 1
    assert "nothing deployable was found" in ran.err
    assert not (bare_of_configuration.folder / "deployguard.toml").exists()
