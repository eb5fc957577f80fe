"""Writing a revision template: what is listed is set, everything else stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deployguard.gcp.names import short
from deployguard.gcp.settings import serving_container
from deployguard.model.amounts import cpus, seconds
from deployguard.model.errors import CloudError, UsageError


def set_image(template: Any, image: str) -> None:
    """Set the image of the container that serves, adding a container where there is none."""
    container = serving_container(template)
    (template.containers.add() if container is None else container).image = image


def merge_env(template: Any, env: Mapping[str, str]) -> None:
    """Set plain variables; one that showed a secret before shows its value from now on."""
    for name, value in env.items():
        variable = _variable(template, name)
        variable.ClearField("value_source")
        variable.value = value


def merge_secrets(template: Any, secrets: Mapping[str, str]) -> None:
    """Let variables, or files where the key begins with `/`, show `SECRET:VERSION` (no version: `latest`).

    Raises:
        CloudError: a folder already shows another secret; Cloud Run shows one secret in a folder.
    """
    for name, reference in secrets.items():
        secret, _, version = reference.partition(":")
        if name.startswith("/"):
            _mount(template, name, secret, version or "latest")
            continue
        variable = _variable(template, name)
        variable.ClearField("value")
        shown = variable.value_source.secret_key_ref
        shown.secret, shown.version = secret, version or "latest"


def apply_settings(template: Any, settings: Mapping[str, object]) -> None:
    """Set what is listed under `[services.NAME.settings]`; keys of no concern to a revision are passed over."""
    limits = serving_container(template).resources.limits
    if "memory" in settings:
        limits["memory"] = str(settings["memory"])
    if "cpu" in settings:
        limits["cpu"] = cpu_text(settings["cpu"])
    if "service-account" in settings:
        template.service_account = str(settings["service-account"])
    if "min-instances" in settings:
        template.scaling.min_instance_count = int(str(settings["min-instances"]))
    if "max-instances" in settings:
        template.scaling.max_instance_count = int(str(settings["max-instances"]))
    if "concurrency" in settings:
        template.max_instance_request_concurrency = int(str(settings["concurrency"]))
    if "timeout" in settings:
        template.timeout.seconds = whole_seconds(settings["timeout"])


def cpu_text(amount: object) -> str:
    """Return CPUs as Google writes them: `1`, `0.5`."""
    number = cpus(amount)
    return str(amount) if number is None else f"{number:g}"


def whole_seconds(amount: object) -> int:
    """Return a configured duration in seconds; the configuration has refused what is none."""
    return int(seconds(amount) or 0)


def folder_and_file(path: str) -> tuple[str, str]:
    """Split the path of a mounted secret.

    Raises:
        UsageError: it names no file in a folder; nothing can be mounted over `/`.
    """
    folder, _, file = path.rpartition("/")
    if not folder.strip("/") or not file:
        raise UsageError(
            f"settings.secrets: {path}: a secret is mounted as a file in a folder, such as /secrets/key"
        )
    return folder, file


def _variable(template: Any, name: str) -> Any:
    container = serving_container(template)
    found = next((each for each in container.env if each.name == name), None)
    return container.env.add(name=name) if found is None else found


def _mount(template: Any, path: str, secret: str, version: str) -> None:
    folder, file = folder_and_file(path)
    volume = _volume(template, folder, secret)
    if [item for item in volume.secret.items if item.path != file] and volume.secret.secret != secret:
        raise CloudError(
            "refused", f"{path}: {folder} shows the secret {volume.secret.secret}; mount {secret} elsewhere"
        )
    volume.secret.secret = secret
    item = next((each for each in volume.secret.items if each.path == file), None)
    (volume.secret.items.add(path=file) if item is None else item).version = version


def _volume(template: Any, folder: str, secret: str) -> Any:
    """Return the volume that a folder shows, a new one of `secret` where it shows none."""
    container = serving_container(template)
    mount = next((each for each in container.volume_mounts if each.mount_path.rstrip("/") == folder), None)
    if mount is None:
        mount = container.volume_mounts.add(name=_free_name(template, secret), mount_path=folder)
        added = template.volumes.add(name=mount.name)
        added.secret.secret = secret
        return added
    volume = next((each for each in template.volumes if each.name == mount.name), None)
    if volume is None or volume.WhichOneof("volume_type") != "secret":
        raise CloudError("refused", f"{folder} shows a volume that is no secret; mount {secret} elsewhere")
    if not volume.secret.items:
        # the file is named like the secret (google/cloud/run/v2/k8s.min.proto), and would go with the first item
        volume.secret.items.add(path=short(volume.secret.secret), version="latest")
    return volume


def _free_name(template: Any, secret: str) -> str:
    wanted = short(secret).lower().replace("_", "-")[:50]
    taken = {volume.name for volume in template.volumes}
    return next(name for name in (wanted, *(f"{wanted}-{n}" for n in range(2, 1000))) if name not in taken)
