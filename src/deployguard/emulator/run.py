"""Cloud Run Admin API v2: services (google/cloud/run/v2/service.proto)."""

from __future__ import annotations

import re
import uuid
from typing import Any

from google.cloud import run_v2

from deployguard.emulator import template as templates
from deployguard.emulator import traffic
from deployguard.emulator.cloud import Cloud
from deployguard.emulator.conditions import RECONCILING, condition, set_conditions
from deployguard.emulator.masks import update
from deployguard.emulator.paging import page
from deployguard.emulator.policy import Policies
from deployguard.emulator.reconcile import Reconciler
from deployguard.emulator.refusal import Refusal, invalid
from deployguard.emulator.resources import location_of, now

_NAME = re.compile(r"[a-z]([-a-z0-9]{0,47}[a-z0-9])?")
FIXED = frozenset(
    [
        "name",
        "uid",
        "generation",
        "create_time",
        "update_time",
        "delete_time",
        "expire_time",
        "creator",
        "last_modifier",
        "urls",
        "observed_generation",
        "terminal_condition",
        "conditions",
        "latest_ready_revision",
        "latest_created_revision",
        "traffic_statuses",
        "uri",
        "satisfies_pzs",
        "threat_detection_enabled",
        "reconciling",
        "etag",
    ]
)


class Services:
    """The methods of google.cloud.run.v2.Services."""

    def __init__(self, cloud: Cloud, reconciler: Reconciler) -> None:
        self._cloud = cloud
        self._store = cloud.store
        self._reconciler = reconciler
        self.policies = Policies(cloud.store, cloud.faults)
        cloud.operations.does("CreateService", reconciler.settle)
        cloud.operations.does("UpdateService", reconciler.settle)
        cloud.operations.does("DeleteService", reconciler.remove)

    def get_service(self, request: Any) -> Any:
        return self._reconciler.service(request.name)

    def list_services(self, request: Any) -> Any:
        if location_of(request.parent).region == "-":
            raise invalid("parent: a region is needed, the wildcard '-' is not supported")
        rows = self._store.named("service", f"{request.parent}/services/")
        bodies, token = page(rows, request, usual=100)
        response = run_v2.ListServicesResponse.pb()(next_page_token=token)
        for body in bodies:
            response.services.add().MergeFromString(body)
        return response

    def create_service(self, request: Any) -> Any:
        location_of(request.parent)
        if not _NAME.fullmatch(request.service_id):
            raise invalid(
                "service_id: must be lower case letters, digits and hyphens, begin with a letter, and have at most 49 characters"
            )
        name = f"{request.parent}/services/{request.service_id}"
        service = run_v2.Service.pb()(name=name, uid=str(uuid.uuid4()), creator="owner@emulator.invalid")
        service.create_time.CopyFrom(now())
        with self._store.transaction():
            if self._store.get("service", name) is not None:
                raise Refusal("ALREADY_EXISTS", f"Resource '{request.service_id}' already exists.")
            return self._accept(service, request.service, (), request.validate_only, "CreateService")

    def update_service(self, request: Any) -> Any:
        name = request.service.name
        with self._store.transaction():
            if request.allow_missing and self._store.get("service", name) is None:
                parent, _, short = name.rpartition("/services/")
                return self.create_service(
                    run_v2.CreateServiceRequest.pb()(parent=parent, service_id=short, service=request.service)
                )
            service = self._reconciler.service(name)
            check_etag(service, request.service.etag)
            return self._accept(
                service, request.service, request.update_mask.paths, request.validate_only, "UpdateService"
            )

    def delete_service(self, request: Any) -> Any:
        with self._store.transaction():
            service = self._reconciler.service(request.name)
            check_etag(service, request.etag)
            service.delete_time.CopyFrom(now())
            service.reconciling = True
            if request.validate_only:
                return self._validated(service)
            self._reconciler.keep(service)
        return self._start("DeleteService", service)

    def get_iam_policy(self, request: Any) -> Any:
        self._reconciler.service(request.resource)
        return self.policies.get(request.resource)

    def set_iam_policy(self, request: Any) -> Any:
        self._reconciler.service(request.resource)
        return self.policies.set(request)

    def test_iam_permissions(self, request: Any) -> Any:
        return self.policies.test(request)

    def _accept(self, service: Any, given: Any, mask: Any, validate_only: bool, kind: str) -> Any:
        before = service.template.SerializeToString(deterministic=True)
        update(service, given, mask, FIXED)
        check_service(service)
        templates.fill(service.template)
        traffic.fill(service)
        changed = service.template.SerializeToString(deterministic=True) != before
        service.generation += 1
        revision = self._next_revision(service) if changed else None
        known = {
            name.rpartition("/")[2] for name, _ in self._store.named("revision", f"{service.name}/revisions/")
        }
        traffic.check(service, known | {revision.name.rpartition("/")[2]} if revision else known)
        service.update_time.CopyFrom(now())
        service.last_modifier = "owner@emulator.invalid"
        service.reconciling = True
        service.uri = traffic.address_of(self._cloud.address, service.name)
        service.urls[:] = [service.uri]
        service.terminal_condition.CopyFrom(condition("Ready", RECONCILING))
        set_conditions(
            service, condition("RoutesReady", RECONCILING), condition("ConfigurationsReady", RECONCILING)
        )
        if revision is not None:
            service.latest_created_revision = revision.name
        if validate_only:
            return self._validated(service)
        if revision is not None:
            self._store.put("revision", revision.name, revision.SerializeToString())
        self._reconciler.keep(service)
        return self._start(kind, service)

    def _next_revision(self, service: Any) -> Any:
        short = service.name.rpartition("/")[2]
        number = self._store.next(f"revision {service.uid}")
        name = service.template.revision or templates.name_of_next(short, number, service.uid)
        if self._store.get("revision", f"{service.name}/revisions/{name}") is not None:
            raise Refusal(
                "ALREADY_EXISTS", f"Revision named '{name}' with different configuration already exists."
            )
        return templates.revision_of(service, name, str(uuid.uuid4()))

    def _validated(self, service: Any) -> Any:
        return self._cloud.operations.finished(service.name.rpartition("/services/")[0], service, service)

    def _start(self, kind: str, service: Any) -> Any:
        parent = service.name.rpartition("/services/")[0]
        return self._cloud.operations.start(parent, kind, service.name, service)


def check_service(service: Any) -> None:
    """Raise Refusal for a service that Cloud Run would not take."""
    templates.check_labels("labels", service.labels)
    templates.check(service.name.rpartition("/")[2], service.template)


def check_etag(resource: Any, given: str) -> None:
    """Raise Refusal (ABORTED, 409) when the etag of a request is not the current one."""
    if given and given != resource.etag:
        raise Refusal(
            "ABORTED",
            f"Conflict for resource '{resource.name.rpartition('/')[2]}': version '{given}' was specified but current version is '{resource.etag}'.",
        )


class Revisions:
    """The methods of google.cloud.run.v2.Revisions."""

    def __init__(self, cloud: Cloud, reconciler: Reconciler) -> None:
        self._cloud = cloud
        self._store = cloud.store
        self._reconciler = reconciler
        cloud.operations.does("DeleteRevision", reconciler.remove_revision)

    def get_revision(self, request: Any) -> Any:
        return self._reconciler.revision(request.name)

    def list_revisions(self, request: Any) -> Any:
        prefix = (
            f"{request.parent.removesuffix('/-')}/"
            if request.parent.endswith("/services/-")
            else f"{request.parent}/revisions/"
        )
        bodies, token = page(self._store.named("revision", prefix), request, usual=100)
        response = run_v2.ListRevisionsResponse.pb()(next_page_token=token)
        for body in bodies:
            response.revisions.add().MergeFromString(body)
        # newest first, as Cloud Run lists them
        response.revisions.sort(key=lambda one: one.create_time.ToNanoseconds(), reverse=True)
        return response

    def delete_revision(self, request: Any) -> Any:
        with self._store.transaction():
            revision = self._reconciler.revision(request.name)
            check_etag(revision, request.etag)
            service = self._reconciler.service(request.name.partition("/revisions/")[0])
            if revision.name in traffic.serving(service) | {service.latest_created_revision}:
                raise Refusal(
                    "FAILED_PRECONDITION",
                    "The revision serves traffic or is the latest of its service, and cannot be deleted.",
                )
        parent = service.name.rpartition("/services/")[0]
        return self._cloud.operations.start(parent, "DeleteRevision", revision.name, revision)
