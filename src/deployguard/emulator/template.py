"""Revision templates: what may be asked for, what is filled in, and the revision that comes of it."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from google.cloud import run_v2

from deployguard.emulator.conditions import RECONCILING, condition, set_conditions
from deployguard.emulator.refusal import invalid
from deployguard.emulator.resources import PROJECT_NUMBER, now

_REVISION_NAME = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
_LABEL_KEY = re.compile(r"[a-z][-_a-z0-9]{0,62}")
_LABEL_VALUE = re.compile(r"[-_a-z0-9]{0,63}")
_RESERVED_ENV = {"PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"}
_PORT = 8080


def fill(template: Any) -> None:
    """Fill in what Cloud Run fills in when nothing is asked for."""
    template.max_instance_request_concurrency = template.max_instance_request_concurrency or 80
    if not template.HasField("timeout"):
        template.timeout.seconds = 300
    template.service_account = (
        template.service_account or f"{PROJECT_NUMBER}-compute@developer.gserviceaccount.com"
    )
    template.scaling.max_instance_count = template.scaling.max_instance_count or 100
    for container in template.containers[:1]:
        if not container.ports:
            container.ports.add(name="http1", container_port=_PORT)
        limits = container.resources.limits
        limits["cpu"] = limits.get("cpu") or "1000m"
        limits["memory"] = limits.get("memory") or "512Mi"


def check(service: str, template: Any) -> None:
    """Raise Refusal for a template that Cloud Run would not take."""
    if not template.containers:
        raise invalid("template.containers: at least one container is required")
    name = template.revision
    if name and not (_REVISION_NAME.fullmatch(name) and name.startswith(f"{service}-")):
        raise invalid(
            f"template.revision: {name!r} must start with '{service}-', be lower case letters, digits and hyphens, "
            "and have at most 63 characters"
        )
    check_labels("template.labels", template.labels)
    for index, container in enumerate(template.containers):
        if not container.image:
            raise invalid(f"template.containers[{index}].image: an image is required")
        _check_env(f"template.containers[{index}].env", container.env)


def check_labels(where: str, labels: Any) -> None:
    """Raise Refusal for a label that Google Cloud would not take (lower case, at most 63 characters)."""
    for key, value in labels.items():
        if not _LABEL_KEY.fullmatch(key) or not _LABEL_VALUE.fullmatch(value):
            raise invalid(
                f"{where}: label {key}={value!r} must be lower case letters, digits, _ or -, at most 63 characters"
            )


def _check_env(where: str, env: Any) -> None:
    seen: set[str] = set()
    for variable in env:
        if not variable.name or "=" in variable.name:
            raise invalid(f"{where}: {variable.name!r} is no name of a variable")
        if variable.name in _RESERVED_ENV:
            raise invalid(f"{where}: the name {variable.name} is reserved")
        if variable.name in seen:
            raise invalid(f"{where}: {variable.name} is given twice")
        seen.add(variable.name)


def name_of_next(service: str, number: int, seed: str) -> str:
    """Return a name such as `orders-00007-kqz`."""
    digest = hashlib.sha256(f"{service}/{number}/{seed}".encode()).digest()
    letters = "bcdfghjklmnpqrstvwxz"
    return f"{service}-{number:05d}-{''.join(letters[byte % len(letters)] for byte in digest[:3])}"


def revision_of(service: Any, name: str, uid: str) -> Any:
    """Return the revision that a service's template makes, not ready yet."""
    template = service.template
    revision = run_v2.Revision.pb()(
        name=f"{service.name}/revisions/{name}",
        uid=uid,
        generation=1,
        service=service.name.rpartition("/")[2],
    )
    for field, value in template.ListFields():
        if field.name in revision.DESCRIPTOR.fields_by_name:
            if field.is_repeated:
                getattr(revision, field.name).MergeFrom(value)
            elif field.message_type is not None:
                getattr(revision, field.name).CopyFrom(value)
            else:
                setattr(revision, field.name, value)
    revision.launch_stage = service.launch_stage
    revision.create_time.CopyFrom(now())
    revision.update_time.CopyFrom(now())
    revision.reconciling = True
    set_conditions(revision, condition("Ready", RECONCILING))
    return revision
