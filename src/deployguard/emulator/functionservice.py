"""The Cloud Run service under a function."""

from __future__ import annotations

from typing import Any

from google.cloud import run_v2

from deployguard.emulator import traffic
from deployguard.emulator.publish import PUBLISHED
from deployguard.emulator.reconcile import Reconciler
from deployguard.emulator.refusal import Refusal
from deployguard.emulator.run import Services
from deployguard.emulator.store import Store

FIXED = frozenset(
    {"name", "state", "update_time", "state_messages", "environment", "url", "satisfies_pzs", "create_time"}
)


class FunctionServices:
    """Creates, updates and deletes the service `projects/P/locations/R/services/NAME` of a function."""

    def __init__(self, services: Services, reconciler: Reconciler, store: Store) -> None:
        self._services = services
        self._reconciler = reconciler
        self._store = store

    def find(self, function: Any) -> Any:
        try:
            return self._reconciler.service(service_name(function))
        except Refusal:
            return None

    def ship(self, function: Any, image: str) -> Any:
        """Bring the service to what the function asks for; raises Refusal when its new revision is not ready."""
        name = service_name(function)
        function.service_config.service = name
        with self._store.transaction():
            service = self.find(function)
            created = service is None
            if created:
                service = run_v2.Service.pb()(name=name)
            _shape(service, function, image)
            if function.service_config.all_traffic_on_latest_revision or created:
                del service.traffic[:]
                service.traffic.add(type_=traffic.LATEST, percent=100)
            self._send(service, created)
        return self._reconciler.settle(name)

    def remove(self, function: Any) -> None:
        if self.find(function) is not None:
            self._reconciler.remove(service_name(function))

    def _send(self, service: Any, created: bool) -> None:
        if created:
            parent, _, short = service.name.rpartition("/services/")
            self._services.create_service(
                run_v2.CreateServiceRequest.pb()(parent=parent, service_id=short, service=service)
            )
        else:
            service.etag = ""
            self._services.update_service(run_v2.UpdateServiceRequest.pb()(service=service))


def service_name(function: Any) -> str:
    """Return the full name of the Cloud Run service under a function."""
    parent, _, short = function.name.rpartition("/functions/")
    return f"{parent}/services/{short}"


def _shape(service: Any, function: Any, image: str) -> None:
    config = function.service_config
    service.labels.clear()
    service.labels.update(function.labels)
    service.labels["goog-managed-by"] = "cloudfunctions"
    service.annotations["cloudfunctions.googleapis.com/function-id"] = function.name.rpartition("/")[2]
    service.ingress = config.ingress_settings or 1
    template = service.template
    template.Clear()
    template.labels.update(service.labels)
    template.annotations["cloudfunctions.googleapis.com/trigger-type"] = (
        function.event_trigger.event_type or "HTTP_TRIGGER"
    )
    template.service_account = config.service_account_email
    template.timeout.seconds = config.timeout_seconds or 60
    template.max_instance_request_concurrency = config.max_instance_request_concurrency or 1
    template.scaling.min_instance_count = config.min_instance_count
    template.scaling.max_instance_count = config.max_instance_count or 100
    _contain(template.containers.add(image=image, name="worker"), function)


def _contain(container: Any, function: Any) -> None:
    config = function.service_config
    container.resources.limits["memory"] = config.available_memory or "256M"
    container.resources.limits["cpu"] = config.available_cpu or "0.1666"
    for name, value in sorted(config.environment_variables.items()):
        container.env.add(name=name, value=value)
    for secret in config.secret_environment_variables:
        reference = container.env.add(name=secret.key).value_source.secret_key_ref
        reference.secret, reference.version = secret.secret, secret.version
    container.env.add(name="FUNCTION_TARGET", value=function.build_config.entry_point)
    if function.HasField("event_trigger"):
        container.env.add(name="FUNCTION_SIGNATURE_TYPE", value="cloudevent")


def is_event(function: Any) -> bool:
    """Tell whether a function is called with events rather than with HTTP requests."""
    return bool(function.HasField("event_trigger") and (function.event_trigger.event_type or PUBLISHED))
