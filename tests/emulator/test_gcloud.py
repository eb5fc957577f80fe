"""gcloud as a client that nobody here wrote."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import monitoring_v3, run_v2
from google.cloud.devtools import cloudbuild_v1

from deployguard.emulator.pointing import environment
from tests.emulator.clients import HELLO, PARENT, Clients, done
from tests.emulator.functions import HTTP_MAIN
from tests.emulator.test_build import FILES
from tests.waiting import eventually

pytestmark = pytest.mark.slow
Gcloud = Callable[..., Any]


@pytest.fixture
def gcloud(cloud: Clients, tmp_path: Path) -> Gcloud:
    found = shutil.which("gcloud")
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("gcloud is not installed")
    clean = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    env = {**clean, **environment(cloud.address, "demo-project"), "CLOUDSDK_CONFIG": str(tmp_path / "gcloud")}

    def run(*words: str) -> Any:
        command = [str(found), *words, "--format=json"]
        ran = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
        if ran.returncode:
            raise AssertionError(ran.stderr)
        return json.loads(ran.stdout or "null")

    return run


def test_run_services_are_described_and_listed(gcloud: Gcloud, cloud: Clients) -> None:
    name = f"g-{uuid.uuid4().hex[:6]}"
    service = run_v2.Service(
        template={"containers": [{"image": HELLO, "env": [{"name": "A", "value": "1"}]}]},
        labels={"commit-sha": "abc"},
    )
    made = done(
        cloud.of(run_v2.ServicesClient).create_service(parent=PARENT, service=service, service_id=name)
    )
    shown = gcloud("run", "services", "describe", name, "--region=us-west2")
    assert shown["metadata"]["labels"]["commit-sha"] == "abc"
    assert shown["spec"]["template"]["spec"]["containers"][0]["env"] == [{"name": "A", "value": "1"}]
    assert shown["status"]["traffic"] == [
        {
            "latestRevision": True,
            "percent": 100,
            "revisionName": made.latest_ready_revision.rpartition("/")[2],
        }
    ]
    assert name in {one["metadata"]["name"] for one in gcloud("run", "services", "list")}
    with pytest.raises(AssertionError, match="Cannot find service"):
        gcloud("run", "services", "describe", "absent", "--region=us-west2")


def test_functions_are_deployed_described_and_listed(gcloud: Gcloud, cloud: Clients, tmp_path: Path) -> None:
    source = tmp_path / "function"
    source.mkdir()
    (source / "main.py").write_text(HTTP_MAIN)
    (source / "requirements.txt").write_text("functions-framework\n")
    name = f"g-{uuid.uuid4().hex[:6]}"
    deploy = [
        "functions",
        "deploy",
        name,
        "--gen2",
        "--runtime=python311",
        "--region=us-west2",
        f"--source={source}",
    ]
    gcloud(
        *deploy,
        "--entry-point=serve",
        "--trigger-http",
        "--no-allow-unauthenticated",
        "--set-env-vars=VERSION=7",
        "--update-labels=team=data",
    )
    shown = gcloud("functions", "describe", name, "--region=us-west2", "--gen2")
    assert shown["state"] == "ACTIVE"
    assert shown["labels"]["team"] == "data"
    assert json.loads(cloud.get(shown["serviceConfig"]["uri"])[1])["version"] == "7"
    assert shown["name"] in {one["name"] for one in gcloud("functions", "list")}


def test_a_build_is_submitted(gcloud: Gcloud, cloud: Clients, tmp_path: Path) -> None:
    source = tmp_path / "source"
    for name, text in FILES.items():
        path = source / name.replace("analytics/Dockerfile", "Dockerfile")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    image = f"us-west2-docker.pkg.dev/demo-project/nba/g-{uuid.uuid4().hex[:6]}"
    submitted = gcloud("builds", "submit", str(source), f"--tag={image}", "--async")
    builds = cloud.of(cloudbuild_v1.CloudBuildClient)

    def ended() -> cloudbuild_v1.Build | None:
        build = builds.get_build(project_id="demo-project", id=submitted["id"])
        under_way = {cloudbuild_v1.Build.Status.QUEUED, cloudbuild_v1.Build.Status.WORKING}
        return None if build.status in under_way else build

    build = eventually(ended)
    assert build is not None
    assert build.status == cloudbuild_v1.Build.Status.SUCCESS, build.status_detail
    assert build.results.images[0].name == image


def test_alert_policies_are_created_and_listed(gcloud: Gcloud, cloud: Clients, tmp_path: Path) -> None:
    condition = {
        "displayName": "errors",
        "conditionMatchedLog": {"filter": 'resource.type="cloud_run_revision" severity>=ERROR'},
    }
    policy = {
        "displayName": f"G {uuid.uuid4().hex[:6]}",
        "combiner": "OR",
        "conditions": [condition],
        "alertStrategy": {"notificationRateLimit": {"period": "1800s"}, "autoClose": "3600s"},
    }
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(policy))
    made = gcloud("alpha", "monitoring", "policies", "create", f"--policy-from-file={file}")
    assert made["name"] in {one["name"] for one in gcloud("alpha", "monitoring", "policies", "list")}
    read = cloud.of(monitoring_v3.AlertPolicyServiceClient).get_alert_policy(name=made["name"])
    assert read.display_name == policy["displayName"]
    del policy["alertStrategy"]
    file.write_text(json.dumps(policy))
    with pytest.raises(AssertionError, match="rate_limit is required"):
        gcloud("alpha", "monitoring", "policies", "create", f"--policy-from-file={file}")
    with pytest.raises(exceptions.NotFound):
        cloud.of(monitoring_v3.AlertPolicyServiceClient).get_alert_policy(
            name="projects/demo-project/alertPolicies/1"
        )
