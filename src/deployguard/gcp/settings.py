"""A revision or its template, as the settings that can be compared and shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from deployguard.model.digests import value_digest
from deployguard.model.live import Settings


def settings_of(template: Any, key: str = "") -> Settings:
    """Read a `RevisionTemplate` or a `Revision` of Cloud Run v2; the first container with a port is the service.

    `key` is the `uid` of its service: without one, nothing stands for the values of variables.
    """
    container = serving_container(template)
    limits = dict(container.resources.limits) if container is not None else {}
    return Settings(
        image=container.image if container is not None else "",
        service_account=template.service_account,
        env=tuple(sorted(variable.name for variable in container.env)) if container is not None else (),
        secrets=tuple(sorted(_secrets(template, container))),
        memory=limits.get("memory", ""),
        cpu=limits.get("cpu", ""),
        concurrency=template.max_instance_request_concurrency or None,
        timeout=int(template.timeout.seconds) or None,
        min_instances=template.scaling.min_instance_count or None,
        max_instances=template.scaling.max_instance_count or None,
        vpc=_vpc(template.vpc_access),
        values=tuple(sorted(_values(container, key))) if container is not None and key else (),
    )


def plain_environment(template: Any) -> dict[str, str]:
    """Return the variables that hold plain values, for reading the stamp alone."""
    container = serving_container(template)
    return {variable.name: variable.value for variable in container.env} if container is not None else {}


def moment(timestamp: Any) -> datetime | None:
    """Return a protobuf timestamp as a moment in UTC; None where it is not set."""
    seconds = timestamp.seconds
    return datetime.fromtimestamp(seconds + timestamp.nanos / 1e9, UTC) if seconds else None


def serving_container(template: Any) -> Any:
    """Return the first container with a port, else the first; None where there is none."""
    containers = list(template.containers)
    return next((each for each in containers if each.ports), containers[0] if containers else None)


def _values(container: Any, key: str) -> Iterator[tuple[str, str]]:
    for variable in container.env:
        if not variable.value_source.secret_key_ref.secret:
            yield variable.name, value_digest(key, variable.name, variable.value)


def _secrets(template: Any, container: Any) -> Iterator[tuple[str, str]]:
    if container is None:
        return
    for variable in container.env:
        reference = variable.value_source.secret_key_ref
        if reference.secret:
            yield variable.name, f"{reference.secret}:{reference.version or 'latest'}"
    mounts = {mount.name: mount.mount_path for mount in container.volume_mounts}
    for volume in template.volumes:
        for item in volume.secret.items:
            path = f"{mounts.get(volume.name, volume.name)}/{item.path}"
            yield path, f"{volume.secret.secret}:{item.version or 'latest'}"


def _vpc(access: Any) -> str:
    egress = access.egress
    named = (
        [access.connector]
        if access.connector
        else [f"{each.network}/{each.subnetwork}" for each in access.network_interfaces]
    )
    return ",".join(filter(None, [*named, f"egress={egress}" if named and egress else ""]))
