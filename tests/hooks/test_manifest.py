"""The hook manifest fits the commands, installs little, and is what the runners take."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from pre_commit.clientlib import load_manifest  # type: ignore[import-untyped]

from deployguard.cli.verbs import VERBS
from deployguard.rules.registry import chosen
from tests.hooks.conftest import THIS_REPOSITORY
from tests.hooks.runners import CONFIGURATION, HookHome, configuration
from tests.repositories import git, make_repository, sample_files

MANIFEST = load_manifest(str(THIS_REPOSITORY / ".pre-commit-hooks.yaml"))
BY_ID = {hook["id"]: hook for hook in MANIFEST}
DEFECTS = """\
-- deployguard.toml --
[services.orders]
kind = "function"
source = "functions/orders"
[services.reports]
kind = "run"
dockerfile = "reports/Dockerfile"
-- functions/orders/main.py --
import shared.validation
import yaml
-- functions/orders/shared/validation.py -> ../../../shared/gone.py --
-- functions/orders/requirements.txt --
-- reports/Dockerfile --
FROM python:3.11-slim
WORKDIR /app
COPY reports/ reports/
CMD ["python", "reports/main.py"]
-- reports/main.py --
import ml
-- ml/__init__.py --
-- deploy.sh --
gcloud run deploy reports --image x --set-env-vars A=1
"""
EXPECTED = {
    "deployguard": {"DG102", "DG201", "DG101", "DG301"},
    "deployguard-symlinks": {"DG102", "DG101"},
    "deployguard-requirements": {"DG201"},
    "deployguard-dockerfiles": {"DG101"},
    "deployguard-deploy-scripts": {"DG301"},
}


DRIFT = "deployguard-drift"


def test_every_hook_runs_once_and_alone() -> None:
    assert set(BY_ID) == {*EXPECTED, DRIFT}
    for hook in MANIFEST:
        assert hook["language"] == "python"
        assert hook["pass_filenames"] is False
        assert hook["always_run"] is hook["require_serial"] is True


def test_drift_asks_the_cloud_only_when_a_person_asks_for_it() -> None:
    assert BY_ID[DRIFT]["stages"] == ["manual"]
    assert BY_ID[DRIFT]["additional_dependencies"] == [".[gcp]"]
    others = [hook for hook in MANIFEST if hook["id"] != DRIFT]
    assert all("--staged" in hook["entry"] and not hook["additional_dependencies"] for hook in others)


@pytest.mark.parametrize("hook", MANIFEST, ids=BY_ID)
def test_every_hook_calls_a_command_and_rules_that_there_are(hook: dict[str, str]) -> None:
    words = hook["entry"].split()
    assert words[0] == "deployguard"
    assert words[1] in VERBS
    for prefix in (words[words.index("--select") + 1] if "--select" in words else "DG1").split(","):
        assert chosen((prefix,), ()), f"{prefix} selects no rule"


def test_the_base_install_brings_no_google_client() -> None:
    project = tomllib.loads((THIS_REPOSITORY / "pyproject.toml").read_text())["project"]
    assert [re.match(r"[\w.-]+", line)[0] for line in project["dependencies"]] == ["packaging"]  # type: ignore[index]


@pytest.mark.slow
@pytest.mark.parametrize("hook", EXPECTED)
def test_each_hook_finds_its_own_kind(hook: str, tmp_path: Path, hook_home: HookHome) -> None:
    top = make_repository(tmp_path / "r", list(sample_files(DEFECTS)))
    (top / CONFIGURATION).write_text(configuration(hook_home, hook))
    git(top, "add", CONFIGURATION)
    done = hook_home.run(top, "prek", "run", "--all-files")
    assert done.returncode == 1
    assert set(re.findall(r"DG\d{3}", done.stdout)) >= EXPECTED[hook]
    others = set.union(*EXPECTED.values()) - EXPECTED[hook]
    assert not set(re.findall(r"\bDG\d{3}\b", done.stdout)) & others, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("program", ["pre-commit", "prek"])
def test_this_repository_can_be_tried_from_a_fresh_clone(
    program: str, tmp_path: Path, hook_home: HookHome
) -> None:
    top = make_repository(tmp_path / "r", list(sample_files(DEFECTS)))
    git(tmp_path, "clone", "--quiet", hook_home.deployguard.as_uri(), "clone")
    done = hook_home.run(top, program, "try-repo", "../clone", "deployguard", "--all-files")
    assert done.returncode == 1
    assert "functions/orders/shared/validation.py" in done.stdout


@pytest.mark.slow
def test_the_hook_environment_holds_deployguard_and_packaging_alone(
    tmp_path: Path, hook_home: HookHome
) -> None:
    top = make_repository(tmp_path / "r", [])
    (top / CONFIGURATION).write_text(configuration(hook_home, "deployguard"))
    git(top, "add", CONFIGURATION)
    store = tmp_path / "store"  # of its own: others install into the shared one meanwhile
    alone = replace(hook_home, environment={**hook_home.environment, "PRE_COMMIT_HOME": str(store)})
    assert alone.run(top, "pre-commit", "install-hooks").returncode == 0
    installed = {
        path.name.partition("-")[0] for path in store.glob("repo*/py_env-*/lib/*/site-packages/*.dist-info")
    }
    assert installed - {"pip", "setuptools", "wheel"} == {"deployguard_gcp", "packaging"}
