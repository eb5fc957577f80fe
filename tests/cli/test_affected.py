from __future__ import annotations

import pytest

from tests.cli.running import CONFIGURATION, Shell
from tests.repositories import git


@pytest.fixture
def changed(shell: Shell) -> Shell:
    """A file that orders links was changed and committed."""
    shell.write("shared/rules.py", "def check(request):\n    return 'fine'\n")
    git(shell.folder, "commit", "--quiet", "--all", "--message", "Change")
    return shell


def affected(shell: Shell, *arguments: str) -> dict[str, str]:
    value = shell("affected", "--output-format", "json", *arguments).value
    return {service["name"]: service["change"] for service in value["services"]}


def test_a_linked_file_touches_the_service_that_links_it(changed: Shell) -> None:
    ran = changed("affected", "--since", "HEAD~1")
    assert (ran.code, ran.out) == (0, "orders: shared/rules.py\n")
    assert ran.err.startswith("1 service touched since ")


def test_the_exit_code_is_on_request(changed: Shell) -> None:
    assert changed("affected", "--since", "HEAD~1", "--exit-code").code == 1
    assert changed("affected", "--since", "HEAD", "--exit-code").code == 0


def test_names_are_for_loops(changed: Shell) -> None:
    assert changed("affected", "--since", "HEAD~1", "--output-format", "names").out == "orders\n"


def test_a_file_that_nothing_links_touches_nothing(shell: Shell) -> None:
    shell.write("shared/clock.py", "import time as t\n")
    assert affected(shell, "--since", "HEAD") == {}


def test_the_work_tree_the_index_and_a_commit_are_compared(shell: Shell) -> None:
    shell.write("functions/parcels/requirements.txt", "functions-framework==3.8\n")
    assert affected(shell, "--since", "HEAD") == {"parcels": "changed"}
    assert affected(shell, "--since", "HEAD", "--staged") == {}
    git(shell.folder, "add", ".")
    assert affected(shell, "--since", "HEAD", "--staged") == {"parcels": "changed"}
    assert affected(shell, "--since", "HEAD", "--rev", "HEAD") == {}


def test_a_service_of_one_side_only_is_added_or_removed(shell: Shell) -> None:
    shell.write("deployguard.toml", CONFIGURATION)
    assert affected(shell, "--since", "HEAD") == {"parcels": "removed"}
    assert shell("affected", "--since", "HEAD", "--output-format", "names").out == ""
    git(shell.folder, "commit", "--quiet", "--all", "--message", "Drop")
    assert affected(shell, "--since", "HEAD", "--rev", "HEAD~1") == {"parcels": "added"}


def test_a_build_setting_touches_without_a_file(shell: Shell) -> None:
    text = (shell.folder / "deployguard.toml").read_text()
    shell.write("deployguard.toml", text.replace('entry-point = "handle"', 'entry-point = "other"', 1))
    ran = shell("affected", "--since", "HEAD")
    assert ran.out == "orders: its recipe, its start\n"


def test_a_link_whose_target_goes_touches(shell: Shell) -> None:
    git(shell.folder, "rm", "--quiet", "shared/rules.py")
    (service,) = shell("affected", "--since", "HEAD", "--output-format", "json").value["services"]
    assert service["files"] == [{"path": "shared/rules.py", "origin": "shared/rules.py", "kind": "removed"}]
    assert service["build"] == ["problems"]


def test_moving_a_shared_file_behind_its_link_touches_nothing(shell: Shell) -> None:
    git(shell.folder, "mv", "shared/rules.py", "shared/checks.py")
    link = shell.folder / "functions/orders/shared/rules.py"
    link.unlink()
    link.symlink_to("../../../shared/checks.py")
    git(shell.folder, "add", ".")
    assert affected(shell, "--since", "HEAD") == {}


def test_before_the_configuration_existed_the_present_one_holds(shell: Shell) -> None:
    text = (shell.folder / "deployguard.toml").read_text()
    git(shell.folder, "rm", "--quiet", "deployguard.toml")
    git(shell.folder, "commit", "--quiet", "--message", "None yet")
    shell.write("deployguard.toml", text)
    git(shell.folder, "add", ".")
    ran = shell("affected", "--since", "HEAD")
    assert ran.out == ""
    assert "deployguard.toml is taken for both sides" in ran.err


def test_an_unknown_commit_is_said(shell: Shell) -> None:
    ran = shell("affected", "--since", "nowhere")
    assert ran.code == 2
    assert "nowhere: no such commit" in ran.err
