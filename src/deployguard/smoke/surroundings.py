"""What the importing process sees around it: a project, throw-away credentials, and none of this machine's own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from deployguard.model.service import Project, Service

_EVENTS = ("topic", "bucket", "event-type", "event-filters")
# Nothing listens on the discard port: what finds a way around the refused sockets (gRPC) ends here.
_NOWHERE = "http://127.0.0.1:9"
_DUMMY = "smoke"
# The one kind of credentials that google.auth loads without a key or a request (google/auth/_default.py).
_CREDENTIALS = {
    "type": "authorized_user",
    "client_id": "smoke.invalid",
    "client_secret": "smoke",
    "refresh_token": "smoke",
}


def surroundings(
    folder: Path, project: Project, service: Service, built: Mapping[str, str]
) -> dict[str, str]:
    """Return the child's whole environment; `built` is what the build sets (PATH, an image's ENV).

    HOME, TMPDIR and the credentials lie in `folder`, which is thrown away.
    """
    home, temporary, credentials = folder / "home", folder / "tmp", folder / "credentials.json"
    home.mkdir()
    temporary.mkdir()
    credentials.write_text(json.dumps(_CREDENTIALS), encoding="utf-8")
    name = str(project.table("project").get("id", _DUMMY))
    return {
        **dict.fromkeys(service.required_env, _DUMMY),
        **_settings(service),
        "LANG": "C.UTF-8",
        **built,
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "GOOGLE_APPLICATION_CREDENTIALS": str(credentials),
        "GOOGLE_CLOUD_PROJECT": name,
        "GCLOUD_PROJECT": name,
        "GCP_PROJECT": name,
        "NO_GCE_CHECK": "true",
        "GCE_METADATA_HOST": "127.0.0.1:9",
        **dict.fromkeys(("http_proxy", "https_proxy", "grpc_proxy", "HTTP_PROXY", "HTTPS_PROXY"), _NOWHERE),
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PORT": "8080",
        "K_SERVICE": service.name,
        "K_REVISION": f"{service.name}-smoke",
        "K_CONFIGURATION": service.name,
        **_of_function(service),
    }


def signature_of(service: Service) -> str:
    """Return functions-framework's name for how the function is called, by its trigger."""
    trigger = service.table.get("trigger")
    events = isinstance(trigger, Mapping) and any(key in trigger for key in _EVENTS)
    return "cloudevent" if events else "http"


def _of_function(service: Service) -> dict[str, str]:
    if service.kind != "function":
        return {}
    given = {"FUNCTION_TARGET": service.entry_point or "", "FUNCTION_SIGNATURE_TYPE": signature_of(service)}
    return {name: value for name, value in given.items() if value}


def _settings(service: Service) -> dict[str, str]:
    """Plain variables that the configuration gives the service."""
    given = service.table.get("env")
    if not isinstance(given, Mapping):
        return {}
    return {str(name): value for name, value in given.items() if isinstance(value, str)}
