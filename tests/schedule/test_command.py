"""`deployguard schedule` on the emulator: jobs that really run, started by Cloud Scheduler."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from google.cloud import run_v2, scheduler_v1
from google.cloud.devtools import cloudbuild_v1

from tests.cli.running import Shell, repository
from tests.emulator.clients import Clients, done
from tests.emulator.test_build import build_of
from tests.waiting import eventually

pytestmark = pytest.mark.slow
CHECK = "import sys\nprint('checking', *sys.argv[1:])\nsys.exit(2 if '--broken' in sys.argv else 0)\n"
DOCKERFILE = (
    'FROM python:3.11-slim\nWORKDIR /app\nCOPY analytics/check.py ./\nENTRYPOINT ["python", "check.py"]\n'
)
IMAGE = "us-west2-docker.pkg.dev/demo-project/tools/check"


class Stage:
    """A repository with one schedule, in a region of its own."""

    def __init__(self, cloud: Clients, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.cloud, self.region = cloud, f"us-west{uuid.uuid4().int % 10**6}"
        self.parent = f"projects/demo-project/locations/{self.region}"
        repository(folder, f"-- deployguard.toml --\n{self.text()}")
        self.shell = Shell(folder, capture)
        self.jobs: Any = cloud.of(run_v2.JobsClient)
        self.clocks: Any = cloud.of(scheduler_v1.CloudSchedulerClient)

    def text(self, command: str = '["drift"]', cron: str = "0 6 * * *") -> str:
        return (
            f'[project]\nid = "demo-project"\nregion = "{self.region}"\nendpoint = "{self.cloud.address}"\n'
            f'[schedule.morning]\ncron = "{cron}"\ntimezone = "America/New_York"\ncommand = {command}\n'
            f'image = "{IMAGE}"\nservice-account = "job@demo-project.iam.gserviceaccount.com"\n'
        )

    def write(self, **changed: str) -> None:
        self.shell.write("deployguard.toml", self.text(**changed))

    def build(self) -> None:
        files = {"analytics/Dockerfile": DOCKERFILE, "analytics/check.py": CHECK}
        client = self.cloud.of(cloudbuild_v1.CloudBuildClient)
        done(client.create_build(project_id="demo-project", build=build_of(self.cloud, files, IMAGE)))


@pytest.fixture
def stage(cloud: Clients, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Stage:
    return Stage(cloud, tmp_path / "repository", capsys)


def test_plan_apply_and_again(stage: Stage) -> None:
    planned = stage.shell("schedule", "plan")
    assert planned.code == 1
    assert "+ job morning: create" in planned.out
    assert f"Cloud Scheduler in {stage.region}: no jobs" in planned.out
    assert stage.shell("schedule", "apply").code == 0
    job = stage.jobs.get_job(name=f"{stage.parent}/jobs/deployguard-morning")
    assert list(job.template.template.containers[0].args) == ["drift", "--exit-zero"]
    assert job.labels["managed-by"] == "deployguard"
    clock = stage.clocks.get_job(name=f"{stage.parent}/jobs/deployguard-morning")
    assert clock.http_target.uri == f"https://run.googleapis.com/v2/{job.name}:run"
    assert clock.http_target.oauth_token.service_account_email.startswith("job@")
    assert stage.shell("schedule", "plan").code == 0
    again = stage.shell("schedule", "apply")
    assert (again.code, stage.jobs.get_job(name=job.name).generation) == (0, 1)


def test_a_change_is_shown_and_what_others_added_stays(stage: Stage) -> None:
    stage.shell("schedule", "apply")
    job = stage.jobs.get_job(name=f"{stage.parent}/jobs/deployguard-morning")
    job.template.template.containers[0].env = [run_v2.EnvVar(name="TOKEN", value="hush")]
    done(stage.jobs.update_job(job=job))
    stage.write(cron="0 7 * * *", command='["drift", "--strict"]')
    planned = stage.shell("schedule", "plan", "--output-format", "json")
    assert [each["action"] for each in planned.value["schedules"]] == ["update", "update"]
    assert "hush" not in planned.out
    assert stage.shell("schedule", "apply").code == 0
    after = stage.jobs.get_job(name=job.name)
    assert [each.name for each in after.template.template.containers[0].env] == ["TOKEN"]
    assert stage.clocks.get_job(name=f"{stage.parent}/jobs/deployguard-morning").schedule == "0 7 * * *"


def test_what_is_scheduled_already_is_listed_and_near_duplicates_named(stage: Stage) -> None:
    other = {
        "name": f"{stage.parent}/jobs/morning-drift",
        "schedule": "30 5 * * *",
        "http_target": {"uri": "https://x.invalid/"},
    }
    stage.clocks.create_job(parent=stage.parent, job=other)
    planned = stage.shell("schedule", "plan")
    assert "near duplicate: morning-drift" in planned.out
    assert "morning-drift: 30 5 * * * (Etc/UTC), enabled, https://x.invalid/" in planned.out
    assert "1 other left alone" in planned.err


def test_a_job_of_others_is_not_touched(stage: Stage) -> None:
    job = run_v2.Job(template={"template": {"containers": [{"image": IMAGE}]}})
    done(stage.jobs.create_job(parent=stage.parent, job=job, job_id="deployguard-morning"))
    refused = stage.shell("schedule", "apply")
    assert refused.code == 1
    assert "did not make it" in refused.out
    assert not list(stage.clocks.list_jobs(parent=stage.parent))


def test_a_word_that_is_no_command_blocks(stage: Stage) -> None:
    stage.write(command='["drit"]')
    assert "no command of deployguard" in stage.shell("schedule", "apply").out


def test_no_permission_is_said(stage: Stage) -> None:
    stage.cloud.admin("POST", "faults", {"effect": "deny", "on": "cloudscheduler.jobs.list", "times": 0})
    denied = stage.shell("schedule", "plan")
    assert denied.code == 2
    assert "cloudscheduler.jobs.list" in denied.err


def test_the_clock_runs_the_job_and_the_exit_code_is_kept(stage: Stage) -> None:
    stage.build()
    stage.shell("schedule", "apply")
    name = f"{stage.parent}/jobs/deployguard-morning"
    executions: Any = stage.cloud.of(run_v2.ExecutionsClient)
    assert stage.clocks.run_job(name=name).status.code == 0
    found = _ended(executions, name)
    assert (found.succeeded_count, found.failed_count) == (1, 0)
    job = stage.jobs.get_job(name=name)
    job.template.template.containers[0].args = ["--broken"]
    done(stage.jobs.update_job(job=job))
    failed = done(stage.jobs.run_job(name=name))
    assert (failed.succeeded_count, failed.failed_count) == (0, 1)
    assert "exit(2)" in failed.conditions[0].message


def _ended(executions: Any, job: str) -> Any:
    def ended() -> Any:
        found = list(executions.list_executions(parent=job))
        return found[0] if found and not found[0].running_count else None

    return eventually(ended)
