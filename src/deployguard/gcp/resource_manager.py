"""Resource Manager over REST (cloudresourcemanager v1): it has no client among those that are installed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from deployguard.gcp.connection import Connection
from deployguard.gcp.refusals import refusals
from deployguard.gcp.retrying import patiently
from deployguard.model.errors import CloudError

_HOST = "https://cloudresourcemanager.googleapis.com"
_LONGEST_S = 30.0


def ask_project(
    connection: Connection, doing: str, verb: str = "", body: Mapping[str, Any] | None = None
) -> Mapping[str, Any]:
    """Return what `projects.get`, or `projects.VERB` with a body, says of the connection's project.

    Raises:
        CloudError: the call failed, or was answered with something that is no JSON object.
    """
    from google.api_core.exceptions import from_http_response
    from google.auth.transport.requests import AuthorizedSession

    url = f"{connection.endpoint or _HOST}/v1/projects/{connection.project}{verb and f':{verb}'}"

    def send() -> Mapping[str, Any]:
        with refusals(doing), AuthorizedSession(connection.credentials) as session:
            answer = session.request("POST" if verb else "GET", url, json=body, timeout=_LONGEST_S)
            if answer.status_code >= 400:
                raise from_http_response(answer)
            return _object(answer.text, doing)

    return patiently(send, connection.patience)


def _object(text: str, doing: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if isinstance(found, Mapping):
        return found
    raise CloudError("refused", f"{doing}: the answer is no JSON object; is a proxy in between?")
