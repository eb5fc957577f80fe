"""Building an image from an uploaded source with Cloud Build (google/devtools/cloudbuild/v1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from deployguard.gcp import logs
from deployguard.gcp.bucket import Bucket
from deployguard.gcp.connection import Connection
from deployguard.gcp.names import short
from deployguard.gcp.refusals import refusals
from deployguard.gcp.retrying import ONCE, patiently
from deployguard.journal.objects import ABSENT
from deployguard.model.errors import CloudError

_DOCKER = "gcr.io/cloud-builders/docker"
_UNDER_WAY = frozenset({"STATUS_UNKNOWN", "PENDING", "QUEUED", "WORKING"})
_MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class Source:
    """A generation of an object in a bucket: a .tgz for Cloud Build, a .zip for a function."""

    bucket: str
    object: str
    generation: int


@dataclass(frozen=True, slots=True)
class Build:
    """A build. `id` is its full name; `state` is the API's word, such as `WORKING`, `SUCCESS`, `FAILURE`.

    `digest` (`sha256:...`) is that of the image, "" before it is pushed. `failure` says why it failed, "" otherwise.
    """

    id: str
    state: str
    digest: str = ""
    log_url: str = ""
    failure: str = ""

    @property
    def done(self) -> bool:
        return self.state not in _UNDER_WAY


@dataclass(frozen=True, slots=True)
class BuildImage:
    """An image to be built from a source and pushed as `image` (with its tag).

    The build carries `release` as a tag, and `tags`. `dockerfile` and `context` are paths in the source; `timeout` is
    in seconds.
    """

    source: Source
    image: str
    dockerfile: str
    release: str
    context: str = "."
    build_args: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    region: str = "global"
    timeout: int = 1800


def upload(bucket: Bucket, name: str, content: bytes) -> int:
    """Write an object once and return its generation; the same content there already is as good.

    Raises:
        CloudError: kind `conflict` when something else has that name.
    """
    try:
        return bucket.put(name, content, when=ABSENT)
    except CloudError as error:
        if error.kind != "conflict":
            raise
        held = bucket.get(name)
        if held is None or held.content != content:
            raise
        return held.generation


def start_build(connection: Connection, spec: BuildImage) -> str:
    """Begin `docker build` and push; return the build's id.

    A build that carries the release already, and has not failed, is returned instead: it may be of an earlier try whose
    answer was lost.

    Raises:
        CloudError: the build cannot be begun.
    """
    return patiently(lambda: _begun(connection, spec), connection.patience)


def find_build(connection: Connection, release: str, region: str = "global") -> Build | None:
    """Return the build that carries a release as its tag, None where there is none.

    Of several, one that succeeded goes before one under way, and that before the newest that failed.

    Raises:
        CloudError: the builds cannot be listed.
    """
    from google.cloud.devtools import cloudbuild_v1

    client = connection.client(cloudbuild_v1.CloudBuildClient)
    request = cloudbuild_v1.ListBuildsRequest(
        parent=f"projects/{connection.project}/locations/{region}",
        project_id=connection.project,
        filter=f'tags="{release}"',
        page_size=100,
    )

    def listed() -> list[Build]:
        with refusals("listing the builds"):
            found = islice(client.list_builds(request, **ONCE), _MOST_LISTED)
            return [_read(cloudbuild_v1.Build.pb(each)) for each in found if release in each.tags]

    builds = patiently(listed, connection.patience)  # newest first
    order = {"SUCCESS": 0, **dict.fromkeys(_UNDER_WAY, 1)}
    return min(builds, key=lambda build: order.get(build.state, 2), default=None)


def build(connection: Connection, id: str) -> Build:
    """Return a build by its id.

    Raises:
        CloudError: kind `missing` when there is none.
    """
    return _read(_raw(connection, id))


def build_log_tail(connection: Connection, id: str, lines: int = 30) -> tuple[str, ...]:
    """Return the last lines of a build's log, from Cloud Logging, or from the build's own bucket where that is empty.

    `id` is a build's full name, that of a function's build included.

    Raises:
        CloudError: neither can be read.
    """
    number = short(id)
    wanted = (
        f'resource.type="build" AND resource.labels.build_id="{number}" '
        f'AND logName="projects/{connection.project}/logs/cloudbuild" AND timestamp>="2000-01-01T00:00:00Z"'
    )
    try:
        said = logs.tail(connection, wanted, lines, f"reading the log of build {number}")
    except CloudError as error:
        if error.kind != "permission":
            raise
        said = ()
    return said or _kept_log(connection, id, lines)


def _begun(connection: Connection, spec: BuildImage) -> str:
    from google.cloud.devtools import cloudbuild_v1

    earlier = find_build(connection, spec.release, spec.region)
    if earlier is not None and (earlier.state == "SUCCESS" or not earlier.done):
        return earlier.id
    request = cloudbuild_v1.CreateBuildRequest(
        parent=f"projects/{connection.project}/locations/{spec.region}",
        project_id=connection.project,
        build=cloudbuild_v1.Build(_asked(spec)),
    )
    with refusals("beginning a build"):
        begun = connection.client(cloudbuild_v1.CloudBuildClient).create_build(request, **ONCE)
    made = cloudbuild_v1.BuildOperationMetadata.pb(begun.metadata).build
    return str(made.name or f"{request.parent}/builds/{made.id}")


def _asked(spec: BuildImage) -> Mapping[str, Any]:
    source = spec.source
    stored = {"bucket": source.bucket, "object_": source.object, "generation": source.generation}
    arguments = [word for name, value in spec.build_args for word in ("--build-arg", f"{name}={value}")]
    words = ["build", "-t", spec.image, "-f", spec.dockerfile, *arguments, spec.context]
    # a `$` would be read as one of Cloud Build's own substitutions
    args = [word.replace("$", "$$") for word in words]
    return {
        "source": {"storage_source": stored},
        "steps": [{"name": _DOCKER, "args": args, "env": ["DOCKER_BUILDKIT=1"]}],
        "images": [spec.image],
        "tags": [spec.release, *spec.tags],
        "timeout": {"seconds": spec.timeout},
    }


def _raw(connection: Connection, id: str) -> Any:
    from google.cloud.devtools import cloudbuild_v1

    client = connection.client(cloudbuild_v1.CloudBuildClient)
    request = cloudbuild_v1.GetBuildRequest(name=id, project_id=connection.project, id=short(id))

    def ask() -> Any:
        with refusals(f"reading the build {request.id}"):
            return cloudbuild_v1.Build.pb(client.get_build(request, **ONCE))

    return patiently(ask, connection.patience)


def _read(raw: Any) -> Build:
    states = raw.DESCRIPTOR.fields_by_name["status"].enum_type.values_by_number
    state = str(states[raw.status].name) if raw.status in states else str(raw.status)
    failed = state not in {*_UNDER_WAY, "SUCCESS"}
    return Build(
        id=raw.name or f"projects/{raw.project_id}/locations/global/builds/{raw.id}",
        state=state,
        digest=next((image.digest for image in raw.results.images), ""),
        log_url=raw.log_url,
        failure=(raw.failure_info.detail or raw.status_detail or f"the build is {state}") if failed else "",
    )


def _kept_log(connection: Connection, id: str, lines: int) -> tuple[str, ...]:
    raw = _raw(connection, id)
    bucket = raw.logs_bucket.removeprefix("gs://").partition("/")
    held = Bucket(connection, bucket[0]).get(f"{bucket[2]}/log-{raw.id}.txt".lstrip("/"))
    return tuple(held.content.decode("utf-8", "replace").splitlines()[-lines:]) if held is not None else ()
