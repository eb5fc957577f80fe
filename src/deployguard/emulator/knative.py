"""Cloud Run's older face, v1 (cloud.google.com/run/docs/reference/rest/v1), for gcloud: reading services only."""

from __future__ import annotations

import re
from typing import Any

from google.cloud import run_v2

from deployguard.emulator import traffic
from deployguard.emulator.conditions import FAILED, SUCCEEDED
from deployguard.emulator.faults import Faults
from deployguard.emulator.http import Request, Response, json_response
from deployguard.emulator.refusal import Refusal
from deployguard.emulator.resources import PROJECT_NUMBER
from deployguard.emulator.store import Store
from deployguard.gcp.ingress import ingress_word

_ONE = re.compile(r"/apis/serving\.knative\.dev/v1/namespaces/([^/]+)/services(?:/([^/:]+))?")
_ANY_REGION = re.compile(r"/v1/projects/([^/]+)/locations/([^/]+)/services")
_STATUS = {SUCCEEDED: "True", FAILED: "False"}


class Knative:
    """Answers `gcloud run services describe` and `list`; gcloud puts the region before the host's name."""

    def __init__(self, store: Store, faults: Faults) -> None:
        self._store = store
        self._faults = faults

    def answer(self, request: Request) -> Response | None:
        """Return the answer, or None when the path is none of this API's."""
        if match := _ANY_REGION.fullmatch(request.path):
            return self._listed(match[1], "" if match[2] == "-" else match[2])
        match = _ONE.fullmatch(request.path)
        if match is None:
            return None
        if request.verb != "GET":
            raise Refusal("UNIMPLEMENTED", "the emulator's v1 API of Cloud Run only reads; use v2")
        region = request.host.partition("-run.")[0] if "-run." in request.host else ""
        return self._one(match[1], region, match[2]) if match[2] else self._listed(match[1], region)

    def _listed(self, project: str, region: str) -> Response:
        self._faults.before("Knative.ListServices", "run.services.list", project)
        prefix = f"projects/{project}/locations/{region}/" if region else f"projects/{project}/locations/"
        items = [
            _shown(run_v2.Service.pb().FromString(body)) for _, body in self._store.named("service", prefix)
        ]
        return json_response(
            {"apiVersion": "serving.knative.dev/v1", "kind": "ServiceList", "metadata": {}, "items": items}
        )

    def _one(self, project: str, region: str, name: str) -> Response:
        self._faults.before("Knative.GetService", "run.services.get", name)
        prefix = f"projects/{project}/locations/{region}/" if region else f"projects/{project}/locations/"
        for full, body in self._store.named("service", prefix):
            if full.endswith(f"/services/{name}"):
                return json_response(_shown(run_v2.Service.pb().FromString(body)))
        raise Refusal(
            "NOT_FOUND",
            f"Resource '{name}' of kind 'SERVICE' in region '{region}' in project '{project}' does not exist",
        )


def _shown(service: Any) -> dict[str, Any]:
    _, _, _, region, _, name = service.name.split("/")
    return {
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Service",
        "metadata": {
            "name": name,
            "namespace": PROJECT_NUMBER,
            "selfLink": f"/apis/serving.knative.dev/v1/namespaces/{PROJECT_NUMBER}/services/{name}",
            "uid": service.uid,
            "resourceVersion": service.etag.strip('"'),
            "generation": service.generation,
            "creationTimestamp": service.create_time.ToJsonString(),
            "labels": {**service.labels, "cloud.googleapis.com/location": region},
            "annotations": {
                **service.annotations,
                "run.googleapis.com/ingress": ingress_word(service.ingress or 1),
                "serving.knative.dev/creator": service.creator,
                "serving.knative.dev/lastModifier": service.last_modifier,
            },
        },
        "spec": {
            "template": _template(service.template),
            "traffic": [_target(one, service) for one in service.traffic],
        },
        "status": _status(service),
    }


def _template(template: Any) -> dict[str, Any]:
    scale = {"autoscaling.knative.dev/maxScale": str(template.scaling.max_instance_count)}
    if template.scaling.min_instance_count:
        scale["autoscaling.knative.dev/minScale"] = str(template.scaling.min_instance_count)
    metadata = {"labels": dict(template.labels), "annotations": {**template.annotations, **scale}}
    return {
        "metadata": {**metadata, **({"name": template.revision} if template.revision else {})},
        "spec": {
            "containerConcurrency": template.max_instance_request_concurrency,
            "timeoutSeconds": template.timeout.seconds,
            "serviceAccountName": template.service_account,
            "containers": [_container(container) for container in template.containers],
        },
    }


def _container(container: Any) -> dict[str, Any]:
    shown = {
        "image": container.image,
        "env": [_variable(variable) for variable in container.env],
        "ports": [{"name": port.name, "containerPort": port.container_port} for port in container.ports],
        "resources": {"limits": dict(container.resources.limits)},
        "command": list(container.command),
        "args": list(container.args),
    }
    return {key: value for key, value in shown.items() if value}


def _variable(variable: Any) -> dict[str, Any]:
    reference = variable.value_source.secret_key_ref
    if reference.secret:
        selector = {"name": reference.secret.rpartition("/")[2], "key": reference.version or "latest"}
        return {"name": variable.name, "valueFrom": {"secretKeyRef": selector}}
    return {"name": variable.name, "value": variable.value}


def _target(target: Any, service: Any) -> dict[str, Any]:
    shown: dict[str, Any] = {"percent": target.percent}
    if target.type_ == traffic.LATEST:
        shown["latestRevision"] = True
    else:
        shown["revisionName"] = target.revision
    if target.tag:
        shown["tag"] = target.tag
        shown["url"] = traffic.address_of(service.uri.partition("/run/")[0], service.name, target.tag)
    return shown


def _status(service: Any) -> dict[str, Any]:
    latest = service.latest_ready_revision.rpartition("/")[2]
    in_force = [_target(status, service) for status in service.traffic_statuses]
    for target in in_force:
        target.setdefault("revisionName", latest)
    conditions = [service.terminal_condition, *service.conditions]
    return {
        "observedGeneration": service.generation if not service.reconciling else service.observed_generation,
        "conditions": [_condition(one) for one in conditions],
        "latestReadyRevisionName": latest,
        "latestCreatedRevisionName": service.latest_created_revision.rpartition("/")[2],
        "traffic": in_force,
        "url": service.uri,
        "address": {"url": service.uri},
    }


def _condition(condition: Any) -> dict[str, str]:
    shown = {
        "type": condition.type_,
        "status": _STATUS.get(condition.state, "Unknown"),
        "lastTransitionTime": condition.last_transition_time.ToJsonString(),
        "message": condition.message,
    }
    return {key: value for key, value in shown.items() if value}
