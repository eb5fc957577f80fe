"""Images built from an upload, found again after a crash, and referred to by digest."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest
from google.cloud.devtools import cloudbuild_v1

from deployguard.gcp.bucket import Bucket
from deployguard.gcp.building import (
    Build,
    BuildImage,
    Source,
    build,
    build_log_tail,
    find_build,
    start_build,
    upload,
)
from deployguard.gcp.connection import Connection
from deployguard.model.errors import CloudError
from tests.emulator.clients import Clients
from tests.emulator.test_build import FILES, REPOSITORY, tarball
from tests.gcp.made import Deaf, connection

pytestmark = pytest.mark.slow


def a_source(cloud: Clients, files: dict[str, str] | None = None) -> Source:
    to = cloud.storage.bucket("demo-sources")
    if not to.exists():
        to.create()
    bucket, name = Bucket(connection(cloud), "demo-sources"), f"sources/{uuid.uuid4().hex}.tgz"
    return Source(bucket.name, name, upload(bucket, name, tarball(files or FILES)))


def started(cloud: Clients, source: Source, release: str, **more: Any) -> tuple[str, str]:
    image = f"{REPOSITORY}/analytics:{release}"
    dockerfile = "analytics/Dockerfile"
    return image, start_build(connection(cloud), BuildImage(source, image, dockerfile, release, **more))


def finished(to: Connection, id: str) -> Build:
    ends = time.monotonic() + 120
    while not (found := build(to, id)).done and time.monotonic() < ends:
        time.sleep(0.1)
    return found


def a_release() -> str:
    return f"release-{uuid.uuid4().hex[:8]}"


def test_an_image_is_built_pushed_and_known_by_its_digest(cloud: Clients) -> None:
    release, source = a_release(), a_source(cloud)
    _, id = started(cloud, source, release, build_args=(("COMMIT", "a$b"),), tags=("abc",))
    found = finished(connection(cloud), id)
    assert (found.state, found.failure) == ("SUCCESS", "")
    assert found.digest.startswith("sha256:")
    # the same again, as after a crash: the build is found, not made anew
    assert started(cloud, source, release)[1] == id
    assert build_log_tail(connection(cloud), id)[-1] == "DONE"


def test_a_failed_build_shows_the_end_of_its_log_and_is_not_taken_again(cloud: Clients) -> None:
    release, source = a_release(), a_source(cloud)
    cloud.admin("POST", "faults", {"effect": "fail-build", "on": f"*:{release}"})
    _, id = started(cloud, source, release)
    found = finished(connection(cloud), id)
    assert (found.state, found.failure) == ("FAILURE", "the build fails, as asked for")
    assert build_log_tail(connection(cloud), id, 1) == ("ERROR: the build fails, as asked for",)
    assert find_build(connection(cloud), release) == found
    broken = a_source(cloud, {"analytics/Dockerfile": "FROM python:3.11\nCOPY nothing.txt ./\n"})
    _, again = started(cloud, broken, release)
    assert again != id
    assert "nothing.txt" in finished(connection(cloud), again).failure


def test_a_log_that_logging_does_not_show_is_read_from_its_bucket(cloud: Clients) -> None:
    release = a_release()
    cloud.admin("POST", "faults", {"effect": "fail-build", "on": f"*:{release}"})
    _, id = started(cloud, a_source(cloud), release)
    finished(connection(cloud), id)
    cloud.admin("POST", "faults", {"effect": "deny", "on": "logging.logEntries.list"})
    assert build_log_tail(connection(cloud), id, 1) == ("ERROR: the build fails, as asked for",)


def test_an_answer_that_nobody_hears_leads_to_one_build(cloud: Clients) -> None:
    release, source = a_release(), a_source(cloud, {"Dockerfile": "FROM python:3.11\n"})
    cloud.admin("POST", "faults", {"effect": "stuck", "on": "CreateBuild", "times": 0})
    deaf = Deaf("demo-project", cloud.address)
    spec = BuildImage(source, f"{REPOSITORY}/analytics:{release}", "Dockerfile", release)
    id = start_build(deaf, spec)
    assert not build(connection(cloud), id).done
    client = cloud.of(cloudbuild_v1.CloudBuildClient)
    asked = {"project_id": "demo-project", "filter": f'tags="{release}"'}
    assert [each.name for each in client.list_builds(request=asked)] == [id]


def test_what_nobody_built_is_not_found(cloud: Clients) -> None:
    assert find_build(connection(cloud), a_release()) is None
    with pytest.raises(CloudError) as caught:
        build(connection(cloud), "projects/demo-project/locations/global/builds/nothing")
    assert caught.value.kind == "missing"


def test_an_upload_is_made_once(cloud: Clients) -> None:
    source = a_source(cloud)
    bucket = Bucket(connection(cloud), source.bucket)
    assert upload(bucket, source.object, tarball(FILES)) == source.generation
    with pytest.raises(CloudError) as caught:
        upload(bucket, source.object, b"something else")
    assert caught.value.kind == "conflict"


def test_an_upload_whose_answer_is_lost_is_made_once(cloud: Clients) -> None:
    a_source(cloud)
    cloud.admin("POST", "faults", {"effect": "drop", "on": "Storage.*", "nth": 2})
    source = a_source(cloud)
    held = Bucket(connection(cloud), source.bucket).get(source.object)
    assert held is not None
    assert held.generation == source.generation


def test_a_bucket_that_may_not_be_written_names_the_permission(cloud: Clients) -> None:
    a_source(cloud)
    cloud.admin("POST", "faults", {"effect": "deny", "on": "storage.objects.create"})
    with pytest.raises(CloudError) as caught:
        a_source(cloud)
    assert (caught.value.kind, caught.value.permission) == ("permission", "storage.objects.create")
