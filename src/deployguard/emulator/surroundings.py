"""What gcloud asks before it deploys: the project, its enabled APIs, first-generation functions (there are none)."""

from __future__ import annotations

import re

from deployguard.emulator.http import Request, Response, json_response
from deployguard.emulator.resources import PROJECT_NUMBER

_PROJECT = re.compile(r"/v(?:1|3|1beta1)/projects/([^/:]+)")
_ENABLED = re.compile(r"/v1(?:beta1)?/projects/([^/]+)/services/([\w.-]+)(?::enable)?")
_OLD_FUNCTIONS = re.compile(r"/v1/projects/[^/]+/locations/[^/]+/functions")
_LOCATIONS = re.compile(r"/v[12]/projects/([^/]+)/locations")
_REGIONS = ("europe-west1", "us-central1", "us-east1", "us-west2")


def answer(request: Request) -> Response | None:
    """Return the answer, or None when the path is none of these."""
    if match := _PROJECT.fullmatch(request.path):
        project = {
            "projectId": match[1],
            "projectNumber": PROJECT_NUMBER,
            "lifecycleState": "ACTIVE",
            "name": match[1],
        }
        return json_response({**project, "state": "ACTIVE"})
    if match := _ENABLED.fullmatch(request.path):
        name = f"projects/{PROJECT_NUMBER}/services/{match[2]}"
        return json_response({"name": name, "state": "ENABLED", "config": {"name": match[2]}})
    if request.verb == "GET" and _OLD_FUNCTIONS.fullmatch(request.path):
        return json_response({})
    if request.verb == "GET" and (match := _LOCATIONS.fullmatch(request.path)):
        found = [
            {"name": f"projects/{match[1]}/locations/{region}", "locationId": region} for region in _REGIONS
        ]
        return json_response({"locations": found})
    return None
