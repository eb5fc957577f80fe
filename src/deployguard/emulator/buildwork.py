"""Doing a build: its source unpacked, its steps done, its images pushed, its log kept."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable
from typing import Any

from google.cloud.devtools import cloudbuild_v1

from deployguard.emulator.cloud import Cloud
from deployguard.emulator.dockerstep import DockerBuild, docker_build, substituted
from deployguard.emulator.images import Image, ImageMissing
from deployguard.emulator.objects import Objects, Preconditions
from deployguard.emulator.refusal import Refusal
from deployguard.emulator.resources import now
from deployguard.runtime.archive import unpack
from deployguard.runtime.command import BuildFailed
from deployguard.runtime.image import build_image

_Status = cloudbuild_v1.Build.Status


class _Cancelled(Exception):
    pass


class BuildWork:
    """The work of an operation that builds."""

    def __init__(self, cloud: Cloud, objects: Objects) -> None:
        self._cloud = cloud
        self._store = cloud.store
        self._objects = objects

    def run(self, name: str) -> Any:
        """Do a build and return it; raises Refusal when it fails, is cancelled or takes too long."""
        lines: list[str] = []
        build = self._read(name)
        say = self._sayer(build, lines)
        status, why = _Status.SUCCESS, ""
        try:
            self._begin(build)
            self._steps(build, say)
        except BuildFailed as problem:
            status, why = _Status.FAILURE, str(problem)
        except TimeoutError:
            status, why = _Status.TIMEOUT, f"the build took longer than {build.timeout.seconds} s"
        except _Cancelled:
            status, why = _Status.CANCELLED, "the build was cancelled"
        lines.append(f"ERROR: {why}" if why else "DONE")
        self._note(build, lines[-1])
        self._end(build, status, why, lines)
        if why:
            raise Refusal("CANCELLED" if status == _Status.CANCELLED else "UNKNOWN", f"Build failed: {why}")
        return build

    def _begin(self, build: Any) -> None:
        if build.status == _Status.CANCELLED:
            raise _Cancelled
        build.status = _Status.WORKING
        build.start_time.CopyFrom(now())
        self._keep(build)
        if any(self._cloud.faults.strikes("fail-build", subject) for subject in (build.name, *build.images)):
            raise BuildFailed("the build fails, as asked for")

    def _steps(self, build: Any, say: Callable[[str], None]) -> None:
        source = build.source_provenance.resolved_storage_source
        folder = self._store.folder / "builds" / build.id
        shutil.rmtree(folder, ignore_errors=True)
        try:
            unpack(
                self._objects.content(self._objects.get(source.bucket, source.object_)), folder / "workspace"
            )
            for number, step in enumerate(build.steps):
                say(f"Step #{number}: {step.name} {' '.join(step.args)}")
                step.status = _Status.WORKING
                step.timing.start_time.CopyFrom(now())
                self._step(build, step, say)
                step.timing.end_time.CopyFrom(now())
                step.status = _Status.SUCCESS
            self._push(build, say)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _step(self, build: Any, step: Any, say: Callable[[str], None]) -> None:
        try:
            asked = docker_build(step, _substitutions(build))
            if asked is not None:
                self._image(build, asked, say)
        except BaseException as problem:
            step.status = _Status.CANCELLED if isinstance(problem, _Cancelled) else _Status.FAILURE
            step.timing.end_time.CopyFrom(now())
            raise

    def _image(self, build: Any, asked: DockerBuild, say: Callable[[str], None]) -> None:
        seed = f"{build.id}/{asked.recipe}"
        digest = f"sha256:{hashlib.sha256(seed.encode()).hexdigest()}"
        folder = self._cloud.images.folder_of(digest)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            made = build_image(
                self._store.folder / "builds" / build.id / "workspace", asked.recipe, folder, say
            )
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._cloud.images.push(asked.tags, Image(digest, str(made.workdir), made.command, made.env))

    def _push(self, build: Any, say: Callable[[str], None]) -> None:
        """A tag was moved when its image was built: here every image is pushed, named under `images` or not."""
        for reference in [substituted(given, _substitutions(build)) for given in build.images]:
            try:
                digest = self._cloud.images.find(reference).digest
            except ImageMissing as problem:
                raise BuildFailed(f"failed to push: no step made the image {reference}") from problem
            build.results.images.add(name=reference, digest=digest)
            say(f"{reference}: digest: {digest}")

    def _sayer(self, build: Any, lines: list[str]) -> Callable[[str], None]:
        late = time.monotonic() + build.timeout.seconds

        def say(text: str) -> None:
            lines.append(text)
            self._note(build, text)
            if self._read(build.name).status == _Status.CANCELLED:
                raise _Cancelled
            if time.monotonic() > late:
                raise TimeoutError

        return say

    def _note(self, build: Any, text: str) -> None:
        labels = {"build_id": build.id, "project_id": build.project_id}
        self._cloud.log.note(f"projects/{build.project_id}/logs/cloudbuild", labels, "build", text)

    def _end(self, build: Any, status: int, why: str, lines: list[str]) -> None:
        bucket = build.logs_bucket.removeprefix("gs://").partition("/")[0]
        self._objects.ensure(bucket, build.project_id)
        text = "".join(f"{line}\n" for line in lines).encode()
        self._objects.put(bucket, f"log-{build.id}.txt", text, {"contentType": "text/plain"}, Preconditions())
        build.status, build.status_detail = status, why
        build.finish_time.CopyFrom(now())
        if why:
            build.failure_info.type_ = cloudbuild_v1.Build.FailureInfo.FailureType.USER_BUILD_STEP
            build.failure_info.detail = why
        self._keep(build)

    def _read(self, name: str) -> Any:
        return cloudbuild_v1.Build.pb().FromString(self._store.get("build", name) or b"")

    def _keep(self, build: Any) -> None:
        self._store.put("build", build.name, build.SerializeToString())
        if operation := self._store.get("build operation", build.name):
            self._cloud.operations.describe(
                operation.decode(), cloudbuild_v1.BuildOperationMetadata.pb()(build=build)
            )


def _substitutions(build: Any) -> dict[str, str]:
    return {"PROJECT_ID": build.project_id, "BUILD_ID": build.id, **build.substitutions}
