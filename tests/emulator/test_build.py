"""Cloud Build v1 through the stock client: Dockerfiles of a stored source, built and run as services."""

from __future__ import annotations

import io
import json
import tarfile
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import artifactregistry_v1, run_v2
from google.cloud.devtools import cloudbuild_v1

from tests.emulator.clients import PARENT, Clients, done

pytestmark = pytest.mark.slow
Status = cloudbuild_v1.Build.Status
REPOSITORY = "us-west2-docker.pkg.dev/demo-project/nba"
MAIN = """
import http.server, json, os
from shared.rules import LIMIT

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"service": "analytics", "limit": LIMIT, "commit": os.environ.get("BUILD_COMMIT")}).encode()
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)

http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""
FILES = {
    "analytics/Dockerfile": (
        "FROM python:3.11-slim\nARG COMMIT\nENV BUILD_COMMIT=$COMMIT PYTHONPATH=/app\nWORKDIR /app\n"
        'COPY shared/ shared/\nCOPY analytics/ ./\nRUN pip install -r requirements.txt\nCMD ["python", "main.py"]\n'
    ),
    "analytics/main.py": MAIN,
    "analytics/requirements.txt": "iniconfig==2.0.0\n",
    "shared/rules.py": "import iniconfig\nLIMIT = 7\n",
}


def tarball(files: Mapping[str, str]) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return held.getvalue()


def build_of(cloud: Clients, files: Mapping[str, str], image: str) -> dict[str, Any]:
    bucket = cloud.storage.bucket("demo-sources")
    if not bucket.exists():
        bucket.create()
    blob = bucket.blob(f"{uuid.uuid4().hex}.tgz")
    blob.upload_from_string(tarball(files))
    args = ["build", "-t", image, "--build-arg", "COMMIT=abc", "-f", "analytics/Dockerfile", "."]
    return {
        "source": {
            "storage_source": {"bucket": bucket.name, "object_": blob.name, "generation": blob.generation}
        },
        "steps": [{"name": "gcr.io/cloud-builders/docker", "args": args}],
        "images": [image],
    }


@pytest.fixture(params=["grpc", "rest"])
def builds(cloud: Clients, request: pytest.FixtureRequest) -> Any:
    return cloud.of(cloudbuild_v1.CloudBuildClient, request.param)


def image_name() -> str:
    return f"{REPOSITORY}/analytics-{uuid.uuid4().hex[:6]}:abc"


def test_an_image_is_built_deployed_by_digest_and_answers(builds: Any, cloud: Clients) -> None:
    image = image_name()
    operation = builds.create_build(project_id="demo-project", build=build_of(cloud, FILES, image))
    number = operation.metadata.build.id
    built = done(operation)
    assert built.status == Status.SUCCESS
    assert built.steps[0].status == Status.SUCCESS
    (pushed,) = built.results.images
    assert pushed.name == image
    assert builds.get_build(project_id="demo-project", id=number).results.images[0].digest == pushed.digest
    log = (
        cloud.storage.bucket(built.logs_bucket.removeprefix("gs://"))
        .blob(f"log-{number}.txt")
        .download_as_text()
    )
    assert "iniconfig" in log

    services = cloud.of(run_v2.ServicesClient)
    by_digest = f"{image.rpartition(':')[0]}@{pushed.digest}"
    service = run_v2.Service(template={"containers": [{"image": by_digest}]})
    made = done(
        services.create_service(parent=PARENT, service=service, service_id=f"a-{uuid.uuid4().hex[:6]}")
    )
    assert json.loads(cloud.get(made.uri)[1]) == {"service": "analytics", "limit": 7, "commit": "abc"}

    registry = cloud.of(artifactregistry_v1.ArtifactRegistryClient)
    listed = registry.list_docker_images(parent="projects/demo-project/locations/us-west2/repositories/nba")
    assert {one.uri: list(one.tags) for one in listed}[by_digest] == ["abc"]


def test_builds_are_listed_by_their_tag(builds: Any, cloud: Clients) -> None:
    tag = f"release-{uuid.uuid4().hex[:6]}"
    cloud.admin("POST", "faults", {"effect": "fail-build", "on": "*", "times": 0})
    for tags in ([tag, "other"], ["other"]):
        build = build_of(cloud, {"Dockerfile": "FROM python:3.11\n"}, image_name()) | {"tags": tags}
        builds.create_build(project_id="demo-project", build=build)
    found = list(builds.list_builds(request={"project_id": "demo-project", "filter": f'tags="{tag}"'}))
    assert [list(one.tags) for one in found] == [[tag, "other"]]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"analytics/Dockerfile": "FROM python:3.11\nCOPY ml/ ml/\nCMD python main.py\n"}, "ml"),
        ({"analytics/requirements.txt": "no-such-distribution-of-ours\n"}, "uv pip install"),
        ({"analytics/Dockerfile": ""}, "no FROM"),
    ],
)
def test_a_build_that_fails_says_why_and_where(cloud: Clients, change: dict[str, str], reason: str) -> None:
    builds = cloud.of(cloudbuild_v1.CloudBuildClient)
    operation = builds.create_build(
        project_id="demo-project", build=build_of(cloud, {**FILES, **change}, image_name())
    )
    with pytest.raises(exceptions.GoogleAPICallError, match=reason):
        done(operation)
    failed = builds.get_build(project_id="demo-project", id=operation.metadata.build.id)
    assert failed.status == Status.FAILURE
    assert reason in failed.failure_info.detail


def test_what_the_dockerfile_does_not_copy_is_missing_at_start(cloud: Clients) -> None:
    """The defect that stays out of sight until a revision fails."""
    image = image_name()
    files = {
        **FILES,
        "analytics/Dockerfile": FILES["analytics/Dockerfile"].replace("COPY shared/ shared/\n", ""),
    }
    done(
        cloud.of(cloudbuild_v1.CloudBuildClient).create_build(
            project_id="demo-project", build=build_of(cloud, files, image)
        )
    )
    service = run_v2.Service(template={"containers": [{"image": image}]})
    services = cloud.of(run_v2.ServicesClient)
    with pytest.raises(exceptions.GoogleAPICallError, match="exited with status 1"):
        done(services.create_service(parent=PARENT, service=service, service_id=f"b-{uuid.uuid4().hex[:6]}"))


def test_a_build_can_be_cancelled_and_made_to_fail(cloud: Clients) -> None:
    builds = cloud.of(cloudbuild_v1.CloudBuildClient)
    operation = builds.create_build(project_id="demo-project", build=build_of(cloud, FILES, image_name()))
    number = operation.metadata.build.id
    assert builds.cancel_build(project_id="demo-project", id=number).status == Status.CANCELLED
    with pytest.raises(exceptions.GoogleAPICallError, match="cancelled"):
        done(operation)
    assert builds.get_build(project_id="demo-project", id=number).status == Status.CANCELLED
    image = image_name()
    cloud.admin("POST", "faults", {"effect": "fail-build", "on": image})
    with pytest.raises(exceptions.GoogleAPICallError, match="as asked for"):
        done(builds.create_build(project_id="demo-project", build=build_of(cloud, FILES, image)))


def test_a_build_needs_a_source_that_is_there(builds: Any, cloud: Clients) -> None:
    given = build_of(cloud, FILES, image_name())
    given["source"]["storage_source"]["generation"] = 1
    with pytest.raises(exceptions.NotFound):
        builds.create_build(project_id="demo-project", build=given)
    with pytest.raises(exceptions.BadRequest, match="step"):
        builds.create_build(project_id="demo-project", build={**given, "steps": []})
    with pytest.raises(exceptions.NotFound):
        builds.get_build(project_id="demo-project", id="absent")
