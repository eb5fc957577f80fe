"""Writing the configuration of a function: what is listed is set, and every step says which fields it set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from deployguard.gcp.ingress import ingress_number
from deployguard.gcp.revision_template import cpu_text, folder_and_file, whole_seconds

_PUBLISHED = "google.cloud.pubsub.topic.v1.messagePublished"  # cloud.google.com/eventarc/docs/event-types
_FINALIZED = "google.cloud.storage.object.v1.finalized"
_NO_RETRY, _RETRY = 1, 2  # EventTrigger.RetryPolicy
_VARIABLES = "service_config.environment_variables"
_SECRETS = "service_config.secret_environment_variables"
_VOLUMES = "service_config.secret_volumes"


def merge_env(service: Any, env: Mapping[str, str]) -> set[str]:
    """Set plain variables; one that showed a secret before shows its value from now on."""
    if not env:
        return set()
    service.environment_variables.update(env)
    kept = [each for each in service.secret_environment_variables if each.key not in env]
    if len(kept) == len(service.secret_environment_variables):
        return {_VARIABLES}
    _replace(service.secret_environment_variables, kept)
    return {_VARIABLES, _SECRETS}


def merge_secrets(service: Any, secrets: Mapping[str, str], project: str) -> set[str]:
    """Let variables, or files where the key begins with `/`, show `SECRET:VERSION` (no version: `latest`)."""
    paths: set[str] = set()
    for name, reference in secrets.items():
        secret, _, version = reference.partition(":")
        if name.startswith("/"):
            _mount(service, name, (project, secret, version or "latest"))
            paths.add(_VOLUMES)
            continue
        if name in service.environment_variables:
            del service.environment_variables[name]
            paths.add(_VARIABLES)
        held = next((each for each in service.secret_environment_variables if each.key == name), None)
        shown = service.secret_environment_variables.add(key=name) if held is None else held
        shown.project_id, shown.secret, shown.version = project, secret, version or "latest"
        paths.add(_SECRETS)
    return paths


def apply_settings(service: Any, settings: Mapping[str, object]) -> set[str]:
    """Set what is listed under `[services.NAME.settings]`; other keys are passed over."""
    known: Mapping[str, tuple[str, Callable[[Any], object]]] = {
        "memory": ("available_memory", str),
        "cpu": ("available_cpu", cpu_text),
        "service-account": ("service_account_email", str),
        "ingress": ("ingress_settings", ingress_number),
        "min-instances": ("min_instance_count", int),
        "max-instances": ("max_instance_count", int),
        "concurrency": ("max_instance_request_concurrency", int),
        "timeout": ("timeout_seconds", whole_seconds),
    }
    listed = {key: known[key] for key in settings if key in known}
    for key, (name, read) in listed.items():
        setattr(service, name, read(settings[key]))
    return {f"service_config.{name}" for name, _ in listed.values()}


def set_trigger(function: Any, trigger: Mapping[str, object], project: str) -> set[str]:
    """Set what events call the function; a trigger that is as it should be is not touched."""
    wanted = _event(trigger, project)
    if not wanted:
        return set()
    event = function.event_trigger
    before = event.SerializeToString(deterministic=True)
    event.event_type = str(wanted["type"])
    event.pubsub_topic = str(wanted.get("topic", ""))
    _filter(event, wanted.get("filters", {}))
    if "service-account" in trigger:
        event.service_account_email = str(trigger["service-account"])
    if "region" in trigger:
        event.trigger_region = str(trigger["region"])
    if "retry" in trigger or not event.retry_policy:
        event.retry_policy = _RETRY if trigger.get("retry") else _NO_RETRY
    return set() if event.SerializeToString(deterministic=True) == before else {"event_trigger"}


def _event(trigger: Mapping[str, object], project: str) -> dict[str, Any]:
    if topic := str(trigger.get("topic", "")):
        return {"type": _PUBLISHED, "topic": topic if "/" in topic else f"projects/{project}/topics/{topic}"}
    if bucket := trigger.get("bucket"):
        return {"type": _FINALIZED, "filters": {"bucket": bucket}}
    if kind := trigger.get("event-type"):
        return {"type": kind, "filters": trigger.get("event-filters", {})}
    return {}


def _filter(event: Any, filters: Mapping[str, object]) -> None:
    """Set the attributes that are asked for; those that Google added, or others wrote, stay."""
    for name, value in filters.items():
        held = next((each for each in event.event_filters if each.attribute == name), None)
        (event.event_filters.add(attribute=name) if held is None else held).value = str(value)


def _mount(service: Any, path: str, shown: tuple[str, str, str]) -> None:
    folder, file = folder_and_file(path)
    project, secret, version = shown
    volume = next(
        (each for each in service.secret_volumes if (each.mount_path, each.secret) == (folder, secret)), None
    )
    if volume is None:
        volume = service.secret_volumes.add(mount_path=folder, project_id=project, secret=secret)
    item = next((each for each in volume.versions if each.path.lstrip("/") == file), None)
    (volume.versions.add(path=file) if item is None else item).version = version


def _replace(field: Any, kept: list[Any]) -> None:
    copies = [type(each).FromString(each.SerializeToString()) for each in kept]
    del field[:]
    field.extend(copies)
