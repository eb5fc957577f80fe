"""The example pipeline, deployed as it stands: its function and its image build, start and answer."""

from __future__ import annotations

import io
import os
import tarfile
import urllib.request
import uuid
import zipfile
from pathlib import Path
from typing import Any

import pytest
from google.cloud import functions_v2, run_v2
from google.cloud.devtools import cloudbuild_v1

from tests.emulator.clients import PARENT, Clients, done
from tests.emulator.functions import function_of

pytestmark = pytest.mark.slow
PIPELINE = Path(__file__).parents[2] / "examples/nba_pipeline"


def test_the_function_starts(cloud: Clients) -> None:
    client: Any = cloud.of(functions_v2.FunctionServiceClient)
    given = client.generate_upload_url(request={"parent": PARENT})
    urllib.request.urlopen(urllib.request.Request(given.upload_url, zipped(), method="PUT")).close()
    function = function_of(
        given.storage_source, "orchestrate_phase3_to_phase4", GCP_PROJECT_ID="demo-project"
    )
    function.event_trigger = functions_v2.EventTrigger(
        event_type="google.cloud.pubsub.topic.v1.messagePublished",
        pubsub_topic="projects/demo-project/topics/done",
    )
    made = done(
        client.create_function(parent=PARENT, function=function, function_id=f"o-{uuid.uuid4().hex[:6]}"), 240
    )
    assert made.state == functions_v2.Function.State.ACTIVE


def test_the_image_is_built_and_says_who_it_is(cloud: Clients) -> None:
    image = f"us-west2-docker.pkg.dev/demo-project/nba/a-{uuid.uuid4().hex[:6]}:1"
    bucket = cloud.storage.create_bucket(f"src-{uuid.uuid4().hex[:6]}")
    blob = bucket.blob("source.tgz")
    blob.upload_from_string(tarred())
    args = ["build", "-t", image, "-f", "data_processors/analytics/Dockerfile", "."]
    build = {
        "source": {"storage_source": {"bucket": bucket.name, "object_": blob.name}},
        "steps": [{"name": "gcr.io/cloud-builders/docker", "args": args}],
        "images": [image],
    }
    done(cloud.of(cloudbuild_v1.CloudBuildClient).create_build(project_id="demo-project", build=build), 240)
    env = [{"name": "GCP_PROJECT_ID", "value": "demo-project"}]
    service = run_v2.Service(template={"containers": [{"image": image, "env": env}]})
    services = cloud.of(run_v2.ServicesClient)
    made = done(
        services.create_service(parent=PARENT, service=service, service_id=f"a-{uuid.uuid4().hex[:6]}"), 120
    )
    status, body = cloud.get(f"{made.uri}/health")
    assert (status, "analytics-processor" in body) == (200, True)


def zipped() -> bytes:
    """Pack the function's folder, what its links lead to in their place."""
    folder = PIPELINE / "orchestration/cloud_functions/phase3_to_phase4"
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for root, _, names in os.walk(folder, followlinks=True):
            for name in names:
                path = Path(root) / name
                if "__pycache__" not in root:
                    archive.write(path, path.relative_to(folder).as_posix())
    return held.getvalue()


def tarred() -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        archive.add(PIPELINE, ".")
    return held.getvalue()
