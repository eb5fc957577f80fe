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


def test_a_named_service_is_judged_alone(shell: Shell) -> None:
    shell.write("deploy.sh", "gcloud run deploy x --set-env-vars A=b\n")
    git(shell.folder, "add", "deploy.sh")
    assert "DG301" in shell("check").out
    assert "DG301" not in shell("check", "orders").out
    assert "DG301" in shell("check").out


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


def test_diff_is_a_patch_that_git_applies_and_nothing_changes(lacking: Shell) -> None:
    ran = lacking("check", "--diff")
    assert ran.code == 1
    assert git(lacking.folder, "status", "--porcelain") == ""
    (lacking.folder / "../fixes.patch").write_text(ran.out)
    git(lacking.folder, "apply", "--index", "../fixes.patch")
    assert lacking("check", "--staged").code == 0
    assert lacking("check", "--diff").out == ""


def test_diff_reads_commits_too(lacking: Shell) -> None:
    assert lacking("check", "--diff", "--rev", "HEAD").out == lacking("check", "--diff").out
    assert lacking("check", "--diff", "--rev", "HEAD~1").code == 0


def test_fix_makes_links_and_lines_and_reports_what_is_left(lacking: Shell) -> None:
    ran = lacking("check", "--fix")
    link = lacking.folder / "functions/orders/shared/retry.py"
    assert str(link.readlink()) == "../../../shared/retry.py"
    assert "tenacity\n" in (lacking.folder / "functions/orders/requirements.txt").read_text()
    assert "fixed functions/orders/shared/retry.py: a link to ../../../shared/retry.py" in ran.err
    assert "fixed functions/orders/requirements.txt: tenacity" in ran.err
    assert ran.code == 1
    assert "DG103" in ran.out
    assert "git add -- functions/orders/shared/clock.py functions/orders/shared/retry.py" in ran.err


def test_fix_is_idempotent_and_clean_once_added(lacking: Shell) -> None:
    lacking("check", "--fix")
    git(lacking.folder, "add", ".")
    before = git(lacking.folder, "write-tree")
    assert lacking("check", "--fix").code == 0
    git(lacking.folder, "add", ".")
    assert git(lacking.folder, "write-tree") == before
    assert lacking("check", "--staged").code == 0


def test_fix_takes_the_constraint_that_siblings_use(lacking: Shell) -> None:
    lacking.write("functions/parcels/requirements.txt", "functions-framework==3.8\ntenacity~=9.0\n")
    lacking("check", "orders", "--fix")
    assert "tenacity~=9.0\n" in (lacking.folder / "functions/orders/requirements.txt").read_text()


@pytest.mark.parametrize("option", [["--staged"], ["--rev", "HEAD"]])
def test_fix_refuses_what_is_not_the_work_tree(lacking: Shell, option: list[str]) -> None:
    ran = lacking("check", "--fix", *option)
    assert ran.code == 2
    assert f"{option[0]} does not read" in ran.err
    assert git(lacking.folder, "status", "--porcelain") == ""


def test_fix_leaves_wiping_flags_in_a_sane_script(shell: Shell) -> None:
    shell.write(
        "bin/deploy.sh", "gcloud functions deploy orders --source functions/orders --set-env-vars A=1\n"
    )
    git(shell.folder, "add", ".")
    shell("check", "--fix", "--select", "DG301")
    assert "--update-env-vars A=1" in (shell.folder / "bin/deploy.sh").read_text()


def test_since_judges_what_the_change_touches_alone(lacking: Shell) -> None:
    value = lacking("check", "--since", "HEAD~1", "--output-format", "json").value
    assert [service["name"] for service in value["services"]] == ["orders"]
    ran = lacking("check", "--since", "HEAD")
    assert (ran.code, ran.out, ran.err) == (0, "", "no findings in 0 services\n")


def test_a_baseline_keeps_old_findings_quiet_and_shows_new_ones(lacking: Shell) -> None:
    ran = lacking("check", "--write-baseline")
    assert ran.code == 0
    assert ".deployguard-baseline.json: 3 findings known from now on" in ran.err
    assert lacking("check").code == 0
    assert "3 suppressed" in lacking("check").err
    lacking.write("functions/parcels/main.py", "import absent_thing_of_ours\n")
    assert codes(lacking) == {"DG111", "DG201"}


def test_a_baseline_is_kept_where_the_configuration_says(lacking: Shell) -> None:
    text = (lacking.folder / "deployguard.toml").read_text()
    lacking.write("deployguard.toml", f'[check]\nbaseline = "known.json"\n{text}')
    lacking("check", "--write-baseline")
    assert (lacking.folder / "known.json").exists()
    assert lacking("check").code == 0


def test_a_mended_finding_is_reported_as_stale_in_the_baseline(lacking: Shell) -> None:
    lacking("check", "--write-baseline")
    lacking("check", "--fix")
    lacking.write("shared/__init__.py", "")
    assert codes(lacking) == {"DG001"}
    assert codes(lacking, "--ignore", "DG001") == set()


@pytest.mark.parametrize("option", [["orders"], ["--select", "DG1"], ["--since", "HEAD"], ["--rev", "HEAD"]])
def test_a_baseline_is_written_whole_or_not_at_all(lacking: Shell, option: list[str]) -> None:
    ran = lacking("check", "--write-baseline", *option)
    assert ran.code == 2
    assert not (lacking.folder / ".deployguard-baseline.json").exists()


def test_exit_zero_and_strict(lacking: Shell) -> None:
    assert lacking("check", "--exit-zero").code == 0
    assert lacking("check", "--fix", "--diff").code == 2
