"""From git objects to what is built: an image by its digest, or the uploaded source of a function."""

from __future__ import annotations

import time

from deployguard.artifact.upload import CONTEXT, DOCKERFILE, upload_of
from deployguard.gcp.bucket import Bucket
from deployguard.gcp.building import Build, BuildImage, Source, build, build_log_tail, start_build, upload
from deployguard.model.errors import CloudError
from deployguard.release.failures import StepFailedError, UnfinishedError
from deployguard.release.naming import image_name
from deployguard.release.work import Work

_PAUSE, _LOCAL_PAUSE = 3.0, 0.1
_LINES = 30


def build_service(work: Work) -> None:
    """Upload the source, and build the image where one is needed; a build of an earlier try is found by its tag.

    Raises:
        StepFailedError: the build failed; the message has the end of its log.
        UnfinishedError: it goes on beyond the limit.
        CloudError: Google Cloud refused.
        SourceError: contents of the commit are not in this clone.
    """
    order, means = work.order, work.means
    archive = upload_of(order.tree, order.service, order.artifact)
    work.ready_to_change()
    generation = upload(Bucket(means.connection, means.bucket), archive.name, archive.content)
    source = Source(means.bucket, archive.name, generation)
    if order.service.kind == "function":
        work.write("build", source=f"{source.bucket}/{source.object}#{source.generation}")
        return
    image = image_name(means.project, order.service)
    ended = _built(work, source, f"{image}:{order.plan.commit}")
    if ended.failure or not ended.digest:
        why = ended.failure or "Cloud Build names no image that it pushed"
        raise StepFailedError(f"the build failed: {why}", [*_log(work, ended), *_where(ended)])
    work.write("build", image=f"{image}@{ended.digest}", build=ended.id)


def _built(work: Work, source: Source, image: str) -> Build:
    connection, service = work.means.connection, work.order.service
    id = start_build(
        connection,
        BuildImage(
            source,
            image,
            DOCKERFILE,
            work.release.id,
            context=CONTEXT,
            build_args=service.build_args,
            timeout=int(work.means.limits.build),
        ),
    )
    work.tell(f"build: {id.rpartition('/')[2]}")
    ends = time.monotonic() + work.means.limits.build
    while True:
        found = build(connection, id)
        if found.done:
            return found
        if time.monotonic() > ends:
            raise UnfinishedError(
                f"the build {id.rpartition('/')[2]} has not ended after {work.means.limits.build:.0f} s; nothing that "
                "serves was touched; the same command goes on waiting for it"
            )
        work.means.pause(_LOCAL_PAUSE if connection.endpoint else _PAUSE)


def _log(work: Work, failed: Build) -> tuple[str, ...]:
    try:
        return tuple(f"  {line}" for line in build_log_tail(work.means.connection, failed.id, _LINES))
    except CloudError as error:
        return (f"  its log cannot be read: {error}",)


def _where(failed: Build) -> tuple[str, ...]:
    return (f"the whole log: {failed.log_url}",) if failed.log_url else ()
