"""Bringing a Run service to what was asked for: its newest revision started, then its traffic moved."""

from __future__ import annotations

import uuid
from typing import Any

from google.cloud import run_v2

from deployguard.emulator import traffic
from deployguard.emulator.conditions import (
    FAILED,
    REASONS,
    REVISION_REASONS,
    SUCCEEDED,
    condition,
    failure,
    is_ready,
    set_conditions,
)
from deployguard.emulator.images import Images
from deployguard.emulator.instances import Instances, NotReady
from deployguard.emulator.refusal import Refusal, not_found
from deployguard.emulator.store import Store

_ALL_OF_READY = ("Ready", "ContainerHealthy", "ContainerReady", "ResourcesAvailable")


class Reconciler:
    """Reads, keeps and settles services and revisions."""

    def __init__(self, store: Store, images: Images, instances: Instances, address: str) -> None:
        self._store = store
        self._images = images
        self._instances = instances
        self._address = address

    def service(self, name: str) -> Any:
        body = self._store.get("service", name)
        if body is None:
            raise not_found(name)
        return run_v2.Service.pb().FromString(body)

    def revision(self, name: str) -> Any:
        body = self._store.get("revision", name)
        if body is None:
            raise not_found(name)
        return run_v2.Revision.pb().FromString(body)

    def keep(self, resource: Any) -> None:
        """Store a service or revision under a new etag."""
        resource.etag = f'"{uuid.uuid4().hex}"'
        kind = "revision" if "/revisions/" in resource.name else "service"
        self._store.put(kind, resource.name, resource.SerializeToString())

    def settle(self, name: str) -> Any:
        """Work until the service is as its current generation asks; return it, or raise Refusal saying why not.

        A revision that fails now fails the change that made it and moves no traffic. One that failed before does not
        stand in the way of a change of traffic alone, such as a rollback.
        """
        made = False
        while True:
            before = self.service(name)
            revision, fresh = self._started(before.latest_created_revision)
            made = made or fresh
            with self._store.transaction():
                service = self.service(name)
                if service.generation != before.generation:
                    continue
                bad = failure(revision)
                if is_ready(revision):
                    service.latest_ready_revision = revision.name
                problem = bad if made and bad else self._unroutable(service, bad)
                if problem is None:
                    del service.traffic_statuses[:]
                    service.traffic_statuses.extend(traffic.statuses(service, self._address))
                    service.observed_generation = service.generation
                _conclude(service, bad, problem)
                self.keep(service)
            self._instances.keep_only(name, traffic.serving(service))
            if problem is not None:
                raise Refusal("FAILED_PRECONDITION", problem.message)
            return service

    def remove(self, name: str) -> Any:
        """Delete a service with its revisions and their instances."""
        service = self.service(name)
        self._instances.keep_only(name, frozenset())
        with self._store.transaction():
            for revision, _ in self._store.named("revision", f"{name}/revisions/"):
                self._store.drop("revision", revision)
            self._store.drop("service", name)
            self._store.drop("policy", name)
        return service

    def remove_revision(self, name: str) -> Any:
        revision = self.revision(name)
        self._store.drop("revision", name)
        return revision

    def move_house(self) -> None:
        """Write this process's address into what an earlier one stored with another."""
        with self._store.transaction():
            for name, body in self._store.named("service"):
                service = run_v2.Service.pb().FromString(body)
                service.uri = traffic.address_of(self._address, name)
                service.urls[:] = [service.uri]
                for status in service.traffic_statuses:
                    status.uri = traffic.address_of(self._address, name, status.tag) if status.tag else ""
                self._store.put("service", name, service.SerializeToString())

    def _started(self, name: str) -> tuple[Any, bool]:
        """Start a revision that was never started; return it, and whether this was the first time."""
        revision = self.revision(name)
        if not revision.reconciling:
            return revision, False
        revision.reconciling = False
        revision.observed_generation = revision.generation
        try:
            for container in revision.containers[:1]:
                container.image = self._images.resolved(container.image)
            self._instances.check(revision)
        except NotReady as problem:
            _fail(revision, problem)
        else:
            set_conditions(revision, *(condition(kind, SUCCEEDED) for kind in _ALL_OF_READY))
        self.keep(revision)
        return revision, True

    def _unroutable(self, service: Any, bad: Any) -> Any:
        """Return the condition that says why the traffic cannot be as asked for; None when it can."""
        for target in service.traffic:
            if target.type_ == traffic.LATEST:
                # a failed newest revision leaves `latest` on the one before it
                if not service.latest_ready_revision:
                    return bad
                continue
            named = self._store.get("revision", f"{service.name}/revisions/{target.revision}")
            if named is None or not is_ready(run_v2.Revision.pb().FromString(named)):
                message = f"Revision '{target.revision}' is not ready and cannot serve traffic."
                return condition("RoutesReady", FAILED, message, REASONS.REVISION_FAILED)
        return None


def _conclude(service: Any, bad: Any, problem: Any) -> None:
    service.reconciling = False
    blamed = {"RoutesReady": problem, "ConfigurationsReady": bad, "Ready": problem or bad}
    routes, configurations, terminal = (
        condition(kind, FAILED, why.message, REASONS.REVISION_FAILED) if why else condition(kind, SUCCEEDED)
        for kind, why in blamed.items()
    )
    set_conditions(service, routes, configurations)
    service.terminal_condition.CopyFrom(terminal)


def _fail(revision: Any, problem: NotReady) -> None:
    short = revision.name.rpartition("/")[2]
    message = f"Revision '{short}' is not ready and cannot serve traffic. {problem}"
    reason = problem.reason
    health = REVISION_REASONS.HEALTH_CHECK_CONTAINER_ERROR if reason == REASONS.REVISION_FAILED else 0
    set_conditions(
        revision,
        condition("Ready", FAILED, message, 0 if health else reason, health),
        condition("ContainerHealthy", FAILED, message, 0 if health else reason, health),
    )
