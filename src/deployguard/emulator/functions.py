"""Cloud Functions API v2 (google/cloud/functions/v2/functions.proto)."""

from __future__ import annotations

import re
import secrets
import uuid
from typing import Any

from google.cloud import functions_v2
from google.protobuf import empty_pb2

from deployguard.emulator import traffic
from deployguard.emulator.cloud import Cloud
from deployguard.emulator.functionbuild import FunctionBuilder
from deployguard.emulator.functionservice import FIXED, FunctionServices
from deployguard.emulator.masks import update
from deployguard.emulator.objects import Objects
from deployguard.emulator.paging import page
from deployguard.emulator.policy import Policies
from deployguard.emulator.reconcile import Reconciler
from deployguard.emulator.refusal import Refusal, invalid, not_found
from deployguard.emulator.resources import location_of, now
from deployguard.emulator.run import Services
from deployguard.emulator.template import check_labels
from deployguard.model.runtime import Runtime
from deployguard.runtime.command import BuildFailed

_NAME = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
_State = functions_v2.Function.State
_RUNTIMES = ("python310", "python311", "python312", "python313", "python314")


class Functions:
    """The methods of google.cloud.functions.v2.FunctionService."""

    def __init__(self, cloud: Cloud, services: Services, reconciler: Reconciler, objects: Objects) -> None:
        self._cloud = cloud
        self._store = cloud.store
        self._objects = objects
        self._policies = Policies(cloud.store, cloud.faults)
        self._builder = FunctionBuilder(cloud, self._objects)
        self._services = FunctionServices(services, reconciler, cloud.store)
        cloud.operations.does("CreateFunction", self._deploy)
        cloud.operations.does("UpdateFunction", self._deploy)
        cloud.operations.does("DeleteFunction", self._remove)

    def generate_upload_url(self, request: Any) -> Any:
        project, region = location_of(request.parent)
        bucket = f"gcf-v2-uploads-123456789012-{region}"
        self._objects.ensure(bucket, project)
        name = f"{uuid.uuid4()}.zip"
        token = secrets.token_hex(16)
        self._store.put("upload", token, f"{bucket}/{name}".encode())
        response = functions_v2.GenerateUploadUrlResponse.pb()(
            upload_url=f"{self._cloud.address}/_upload/{token}"
        )
        response.storage_source.bucket, response.storage_source.object_ = bucket, name
        return response

    def list_runtimes(self, request: Any) -> Any:
        location_of(request.parent)
        response = functions_v2.ListRuntimesResponse.pb()()
        for name in _RUNTIMES:
            response.runtimes.add(
                name=name, display_name=name.replace("python3", "Python 3."), stage=5, environment=2
            )
        return response

    def get_function(self, request: Any) -> Any:
        return self._shown(self._stored(request.name))

    def list_functions(self, request: Any) -> Any:
        project, region = location_of(request.parent)
        prefix = f"projects/{project}/locations/" if region == "-" else f"{request.parent}/functions/"
        bodies, token = page(self._store.named("function", prefix), request, usual=1000)
        response = functions_v2.ListFunctionsResponse.pb()(next_page_token=token)
        response.functions.extend(self._shown(functions_v2.Function.pb().FromString(body)) for body in bodies)
        return response

    def create_function(self, request: Any) -> Any:
        location_of(request.parent)
        if not _NAME.fullmatch(request.function_id):
            raise invalid(
                "function_id: must be lower case letters, digits and hyphens, begin with a letter, and have at most 63 characters"
            )
        name = f"{request.parent}/functions/{request.function_id}"
        function = functions_v2.Function.pb()(name=name, environment=2)
        function.create_time.CopyFrom(now())
        function.service_config.all_traffic_on_latest_revision = True
        with self._store.transaction():
            if self._store.get("function", name) is not None:
                raise Refusal(
                    "ALREADY_EXISTS",
                    f"Could not create Cloud Run function {name}. A function with this name already exists.",
                )
            return self._accept(function, request.function, (), "CreateFunction")

    def update_function(self, request: Any) -> Any:
        with self._store.transaction():
            function = self._stored(request.function.name)
            if function.state in (_State.DEPLOYING, _State.DELETING):
                raise Refusal(
                    "ABORTED",
                    f"Unable to queue the operation: an operation on {function.name} is already in progress.",
                )
            return self._accept(function, request.function, request.update_mask.paths, "UpdateFunction")

    def delete_function(self, request: Any) -> Any:
        with self._store.transaction():
            function = self._stored(request.name)
            function.state = _State.DELETING
            self._keep(function)
        return self._start("DeleteFunction", function)

    def get_iam_policy(self, request: Any) -> Any:
        self._stored(request.resource)
        return self._policies.get(request.resource)

    def set_iam_policy(self, request: Any) -> Any:
        self._stored(request.resource)
        return self._policies.set(request)

    def test_iam_permissions(self, request: Any) -> Any:
        return self._policies.test(request)

    def _accept(self, function: Any, given: Any, mask: Any, kind: str) -> Any:
        update(function, given, mask, FIXED)
        check_labels("labels", function.labels)
        build = function.build_config
        if Runtime.named(build.runtime) is None:
            raise invalid(
                f"build_config.runtime: {build.runtime!r} is not a runtime of this emulator; it has {', '.join(_RUNTIMES)}"
            )
        if not build.entry_point:
            raise invalid("build_config.entry_point: an entry point is required")
        source = build.source.storage_source
        held = self._objects.get(source.bucket, source.object_, str(source.generation or ""))
        source.generation = int(held["generation"])
        build.source_provenance.resolved_storage_source.CopyFrom(source)
        function.state = _State.DEPLOYING
        del function.state_messages[:]
        function.update_time.CopyFrom(now())
        self._keep(function)
        return self._start(kind, function)

    def _deploy(self, name: str) -> Any:
        """Build and ship; a function that is gone, or fails, is said so in its state and in the operation."""
        function = self._stored(name)
        try:
            image = self._builder.build(function)
            service = self._services.ship(function, image)
        except (BuildFailed, Refusal) as problem:
            function.state = _State.FAILED
            kind = "BuildFailed" if isinstance(problem, BuildFailed) else "CloudRunServiceNotReady"
            function.state_messages.add(severity=1, type_=kind, message=str(problem))
            self._keep(function)
            where = (
                "Build failed"
                if isinstance(problem, BuildFailed)
                else "Could not create or update Cloud Run service"
            )
            raise Refusal(
                "INVALID_ARGUMENT" if isinstance(problem, BuildFailed) else "INTERNAL", f"{where}: {problem}"
            ) from problem
        function.service_config.revision = service.latest_ready_revision.rpartition("/")[2]
        function.state = _State.ACTIVE
        self._keep(function)
        return self._shown(function)

    def _remove(self, name: str) -> Any:
        function = self._stored(name)
        self._services.remove(function)
        self._store.drop("function", name)
        self._store.drop("policy", name)
        return empty_pb2.Empty()

    def _stored(self, name: str) -> Any:
        body = self._store.get("function", name)
        if body is None:
            raise not_found(name)
        return functions_v2.Function.pb().FromString(body)

    def _shown(self, function: Any) -> Any:
        """Fill in what only the underlying service knows."""
        service = self._services.find(function)
        if service is not None:
            function.service_config.uri = function.url = service.uri
            latest = [status for status in service.traffic_statuses if status.type_ == traffic.LATEST]
            newest = service.latest_created_revision == service.latest_ready_revision
            function.service_config.all_traffic_on_latest_revision = (
                newest and sum(one.percent for one in latest) == 100
            )
        return function

    def _keep(self, function: Any) -> None:
        self._store.put("function", function.name, function.SerializeToString())

    def _start(self, kind: str, function: Any) -> Any:
        metadata = functions_v2.OperationMetadata.pb()(
            target=function.name, verb=kind.removesuffix("Function").lower(), api_version="v2"
        )
        metadata.create_time.CopyFrom(now())
        metadata.operation_type = {"CreateFunction": 1, "UpdateFunction": 2, "DeleteFunction": 3}[kind]
        metadata.request_resource.Pack(function)
        parent = function.name.rpartition("/functions/")[0]
        return self._cloud.operations.start(parent, kind, function.name, metadata)
