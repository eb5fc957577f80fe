"""The script, the Terraform and the page about Google Cloud grant the same; the workflows call what exists."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import yaml

from deployguard.cli.parsers import parser_of
from deployguard.cli.verbs import VERBS

SETUP = Path(__file__).parents[2] / "docs" / "setup"
ROOT = SETUP.parents[1]
_ROLE = re.compile(r"roles/([\w.]+)")


def roles(text: str) -> set[str]:
    """Return the roles that a file grants, those in comments left out."""
    lines = (line.partition("#")[0] for line in text.splitlines())
    return {role for line in lines for role in _ROLE.findall(line)}


def test_script_terraform_and_page_grant_the_same() -> None:
    script, terraform = roles((SETUP / "roles.sh").read_text()), roles((SETUP / "main.tf").read_text())
    assert script == terraform
    page = (SETUP / "README.md").read_text()
    assert {role for role in script if role not in page} == set()


def test_the_script_is_a_script() -> None:
    subprocess.run(["sh", "-n", str(SETUP / "roles.sh")], check=True)


def test_workflows_are_yaml_and_call_verbs_that_exist() -> None:
    called = []
    for name in ("github-actions.yml", "cloudbuild.yaml"):
        text = (SETUP / name).read_text()
        assert yaml.safe_load(text)
        called += [
            shlex.split(line)
            for line in re.findall(r"(?:arguments: |\bdeployguard )((?:check|deploy|drift) .*)", text)
        ]
    assert {words[0] for words in called} == {"check", "deploy", "drift"}
    for verb, *rest in called:
        if verb in VERBS:
            parser_of(verb).parse_intermixed_args(rest)


def test_the_action_runs_the_check_by_default() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    words = shlex.split(action["inputs"]["arguments"]["default"])
    parser_of(words[0]).parse_intermixed_args(words[1:])
    extras = set(re.findall(r"^(\w+) = \[", (ROOT / "pyproject.toml").read_text(), re.MULTILINE))
    assert "all" in extras


def test_what_the_workflows_of_this_repository_run_is_there() -> None:
    for path in sorted((ROOT / ".github/workflows").glob("*.yml")):
        jobs = yaml.safe_load(path.read_text())["jobs"]
        runs = [step.get("run", "") for job in jobs.values() for step in job["steps"]]
        programs = {word for run in runs for word in re.findall(r"^(?:bin|\.ci)/\S+", run, re.MULTILINE)}
        assert programs, path
        assert [word for word in programs if not (ROOT / word).is_file()] == []


def test_a_release_is_described_and_attested_before_it_is_published() -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())["jobs"]
    used = [step.get("uses", step.get("run", "")).partition("@")[0] for step in jobs["build"]["steps"]]
    order = ["bin/dist", "bin/audit --sbom dist/deployguard.cdx.json", "actions/attest-build-provenance"]
    assert [step for step in used if step in order] == order
    assert "actions/attest-sbom" in used
    assert jobs["publish"]["needs"] == "build"
    assert jobs["publish"]["permissions"] == {"id-token": "write"}


def test_actions_are_named_by_commit_which_nobody_can_move_and_beside_it_by_version() -> None:
    for path in (*sorted((ROOT / ".github/workflows").glob("*.yml")), ROOT / "action.yml"):
        used = re.findall(r"uses: (.*)", path.read_text())
        assert used, path
        assert [one for one in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []
