"""Cloud Build API v1 (google/devtools/cloudbuild/v1/cloudbuild.proto)."""

from __future__ import annotations

import base64
import uuid
from typing import Any

from google.cloud.devtools import cloudbuild_v1
from google.protobuf import json_format

from deployguard.emulator.buildwork import BuildWork
from deployguard.emulator.cloud import Cloud
from deployguard.emulator.logfilter import compiled
from deployguard.emulator.objects import Objects
from deployguard.emulator.paging import page
from deployguard.emulator.refusal import Refusal, invalid, not_found
from deployguard.emulator.resources import PROJECT_NUMBER, now

Status = cloudbuild_v1.Build.Status
_UNDER_WAY = (Status.PENDING, Status.QUEUED, Status.WORKING)
_FIXED = (
    "name", "id", "project_id", "status", "status_detail", "results", "create_time", "start_time", "finish_time",
    "source_provenance", "build_trigger_id", "log_url", "timing", "approval", "warnings", "failure_info",
)  # fmt: skip


class Builds:
    """The methods of google.devtools.cloudbuild.v1.CloudBuild that concern builds."""

    def __init__(self, cloud: Cloud, objects: Objects) -> None:
        self._cloud = cloud
        self._store = cloud.store
        self._objects = objects
        cloud.operations.does("CreateBuild", BuildWork(cloud, objects).run)

    def create_build(self, request: Any) -> Any:
        parent = request.parent or f"projects/{request.project_id}/locations/global"
        project, number = parent.split("/")[1], str(uuid.uuid4())
        build = cloudbuild_v1.Build.pb().FromString(request.build.SerializeToString())
        for field in _FIXED:
            build.ClearField(field)
        if not build.steps:
            raise invalid("build.steps: a build needs at least one step")
        build.id, build.project_id, build.name = number, project, f"{parent}/builds/{number}"
        build.status = Status.QUEUED
        build.create_time.CopyFrom(now())
        build.timeout.seconds = build.timeout.seconds or 600
        build.logs_bucket = (
            build.logs_bucket or f"gs://{PROJECT_NUMBER}.cloudbuild-logs.googleusercontent.com"
        )
        build.log_url = f"{self._cloud.address}/_emulator/builds/{number}"
        self._resolve(build)
        self._store.put("build", build.name, build.SerializeToString())
        metadata = cloudbuild_v1.BuildOperationMetadata.pb()(build=build)
        name = f"operations/build/{project}/{base64.b64encode(number.encode()).decode()}"
        self._store.put("build operation", build.name, name.encode())
        return self._cloud.operations.start(parent, "CreateBuild", build.name, metadata, name)

    def get_build(self, request: Any) -> Any:
        return self._found(request)

    def list_builds(self, request: Any) -> Any:
        prefix = (
            f"{request.parent}/builds/" if request.parent else f"projects/{request.project_id}/locations/"
        )
        rows = [
            (name, cloudbuild_v1.Build.pb().FromString(body))
            for name, body in self._store.named("build", prefix)
        ]
        wanted = compiled(request.filter)
        rows = [(name, build) for name, build in rows if wanted(json_format.MessageToDict(build))]
        builds, token = page(rows, request, usual=100)
        builds.sort(key=lambda one: one.create_time.ToNanoseconds(), reverse=True)
        return cloudbuild_v1.ListBuildsResponse.pb()(builds=builds, next_page_token=token)

    def cancel_build(self, request: Any) -> Any:
        with self._store.transaction():
            build = self._found(request)
            if build.status not in _UNDER_WAY:
                raise Refusal("FAILED_PRECONDITION", "The build is already done, and cannot be cancelled.")
            build.status = Status.CANCELLED
            build.finish_time.CopyFrom(now())
            self._store.put("build", build.name, build.SerializeToString())
        return build

    def get_default_service_account(self, request: Any) -> Any:
        project = request.name.split("/")[1]
        email = f"projects/{project}/serviceAccounts/{PROJECT_NUMBER}@cloudbuild.gserviceaccount.com"
        return cloudbuild_v1.DefaultServiceAccount.pb()(name=request.name, service_account_email=email)

    def _found(self, request: Any) -> Any:
        name = request.name
        if not name:
            rows = self._store.named("build", f"projects/{request.project_id}/locations/")
            name = next((one for one, _ in rows if one.endswith(f"/builds/{request.id}")), request.id)
        body = self._store.get("build", name)
        if body is None:
            raise not_found(name)
        return cloudbuild_v1.Build.pb().FromString(body)

    def _resolve(self, build: Any) -> None:
        source = build.source.storage_source
        if not source.bucket:
            raise invalid("build.source.storage_source: the emulator builds stored sources only")
        held = self._objects.get(source.bucket, source.object_, str(source.generation or ""))
        resolved = build.source_provenance.resolved_storage_source
        resolved.CopyFrom(source)
        resolved.generation = int(held["generation"])
