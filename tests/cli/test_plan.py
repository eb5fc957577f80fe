"""`deployguard plan` on a real repository, against the emulator."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path

import pytest
from google.cloud import run_v2

from tests.cli.running import Shell
from tests.emulator.clients import HELLO, Clients, done
from tests.emulator.conftest import cloud, served
from tests.repositories import git, head, make_repository, sample_files

pytestmark = pytest.mark.slow

__all__ = ["cloud", "served"]

REPOSITORY = """-- deployguard.toml --
[project]
id = "demo-project"
region = "us-west2"
bucket = "demo-bucket"
branch = "main"

[services.{name}]
kind = "run"
dockerfile = "Dockerfile"
-- Dockerfile --
FROM python:3.11-slim
WORKDIR /app
COPY main.py .
CMD ["python", "main.py"]
-- main.py --
print("hello")
"""


@pytest.fixture
def name() -> str:
    return f"s-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def plan(
    tmp_path: Path,
    name: str,
    cloud: Clients,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Shell:
    """A repository with a pushed commit; the environment points at the emulator."""
    monkeypatch.setenv("DEPLOYGUARD_ENDPOINT", cloud.address)
    folder = make_repository(tmp_path / "here", sample_files(REPOSITORY.replace("{name}", name)))
    git(folder, "init", "--quiet", "--bare", str(tmp_path / "remote.git"))
    git(folder, "remote", "add", "origin", str(tmp_path / "remote.git"))
    git(folder, "push", "--quiet", "origin", "main")
    return Shell(folder, capsys)


def serve(cloud: Clients, name: str, region: str = "us-west2", **env: str) -> None:
    service = run_v2.Service()
    service.template.containers = [run_v2.Container(image=HELLO)]
    service.template.containers[0].env = [run_v2.EnvVar(name=key, value=value) for key, value in env.items()]
    parent = f"projects/demo-project/locations/{region}"
    done(cloud.of(run_v2.ServicesClient).create_service(parent=parent, service=service, service_id=name))


def test_a_service_that_is_not_there_would_be_created(plan: Shell, name: str) -> None:
    ran = plan("plan", name)
    assert (ran.code, f"+ {name} (run, us-west2) will be created" in ran.out) == (0, True), ran


def test_commits_since_the_serving_one_are_named(plan: Shell, name: str, cloud: Clients) -> None:
    serve(cloud, name, BUILD_COMMIT=head(plan.folder), SECRET="hush")
    (plan.folder / "main.py").write_text('print("good bye")\n')
    git(plan.folder, "commit", "--quiet", "--all", "--message", "Say good bye")
    git(plan.folder, "push", "--quiet", "origin", "main")
    ran = plan("plan", name)
    assert "Say good bye" in ran.out, ran
    assert "by main.py" in ran.out
    assert "hush" not in ran.out + ran.err


def test_what_is_not_pushed_blocks_and_can_be_let_pass(plan: Shell, name: str) -> None:
    git(plan.folder, "commit", "--quiet", "--allow-empty", "--message", "Local")
    ran = plan("plan", name)
    assert (ran.code, "blocked [pushed]" in ran.out) == (1, True), ran
    assert plan("plan", name, "--allow", "pushed").code == 2
    allowed = plan("plan", name, "--allow", "pushed", "--reason", "the remote is down")
    assert (allowed.code, "allowed [pushed]" in allowed.out) == (0, True)


def test_a_broken_commit_is_blocked_by_its_finding(plan: Shell, name: str) -> None:
    (plan.folder / "main.py").write_text("import no_such_module\n")
    git(plan.folder, "commit", "--quiet", "--all", "--message", "Break it")
    git(plan.folder, "push", "--quiet", "origin", "main")
    ran = plan("plan", name)
    assert (ran.code, "blocked [findings]: DG201 main.py:1" in ran.out) == (1, True), ran


def test_a_plan_is_written_as_json(plan: Shell, name: str, tmp_path: Path) -> None:
    ran = plan("plan", name, "--out", str(tmp_path / "plan.json"), "--output-format", "json")
    assert json.loads(ran.out) == json.loads((tmp_path / "plan.json").read_text())
    assert json.loads(ran.out)["services"][0]["action"] == "create"


def test_a_cloud_that_may_not_be_read_is_cannot_tell(plan: Shell, name: str, cloud: Clients) -> None:
    cloud.admin("POST", "faults", {"effect": "deny", "on": "run.services.list", "times": 0})
    ran = plan("plan", name)
    assert (ran.code, "cannot tell [cloud]" in ran.out) == (2, True), ran


@pytest.mark.parametrize("arguments", [[], ["--stale", "orders"], ["ordres"], ["--rev", "nowhere", "x"]])
def test_what_does_not_fit_is_refused(plan: Shell, arguments: list[str]) -> None:
    ran = plan("plan", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "Traceback" not in ran.err


def test_a_name_that_google_refuses_is_told_before_anything_is_built(plan: Shell, name: str) -> None:
    for bad in (f"{name}_x", f"{name}.x", f"{name}-{'x' * 49}"):
        toml = plan.folder / "deployguard.toml"
        toml.write_text(re.sub(r"\[services\..*\]", f'[services."{bad}"]', toml.read_text()))
        git(plan.folder, "commit", "--quiet", "--all", "--message", f"Call it {bad}")
        git(plan.folder, "push", "--quiet", "origin", "main")
        ran = plan("plan", bad)
        assert (ran.code, bad in ran.err, "Traceback" in ran.err) == (2, True, False), ran


def test_one_of_the_same_name_in_another_region_hides_nothing(plan: Shell, name: str, cloud: Clients) -> None:
    serve(cloud, name, BUILD_COMMIT=head(plan.folder))
    serve(cloud, name, region="us-east1")
    other = REPOSITORY.partition("[services")[2].partition("-- Dockerfile")[0].replace("{name}", f"{name}-b")
    toml = plan.folder / "deployguard.toml"
    toml.write_text(f'{toml.read_text()}\n[services{other}region = "us-east1"\n')
    (plan.folder / "main.py").write_text('print("good bye")\n')
    git(plan.folder, "commit", "--quiet", "--all", "--message", "Say good bye")
    git(plan.folder, "push", "--quiet", "origin", "main")
    ran = plan("plan", "--stale")
    assert f" {name} (run, us-west2)" in ran.out, ran


def test_a_plan_that_was_edited_by_hand_is_refused(plan: Shell, name: str, tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    assert plan("plan", name, "--out", str(out)).code == 0
    made = json.loads(out.read_text())
    twice = {**made, "services": [*made["services"], {**made["services"][0], "fingerprint": "0" * 40}]}
    for text in (
        twice,
        {**made, "commit": 5},
        {**made, "services": [{**made["services"][0], "name": ["x"]}]},
    ):
        out.write_text(json.dumps(text))
        ran = plan("deploy", "--from", str(out))
        assert (ran.code, "Traceback" in ran.err, "this is a bug" in ran.err) == (2, False, False), ran


def test_a_doubt_is_no_refusal_for_a_deploy_either(plan: Shell, name: str, cloud: Clients) -> None:
    cloud.admin("POST", "faults", {"effect": "deny", "on": "run.services.list", "times": 0})
    ran = plan("deploy", name, "--no-smoke")
    assert (ran.code, "cloud: " in ran.out) == (2, True), ran


def test_a_configuration_that_is_not_committed_is_told(plan: Shell, name: str) -> None:
    git(plan.folder, "rm", "--quiet", "--cached", "deployguard.toml")
    git(plan.folder, "commit", "--quiet", "--message", "Keep it here")
    ran = plan("deploy", name, "--no-smoke")
    assert (ran.code, "deployguard.toml is not committed" in ran.err) == (1, True), ran
