"""The metadata server of an instance (cloud.google.com/run/docs/container-contract#metadata-server)."""

from __future__ import annotations

import json
import re

from deployguard.emulator.http import Request, Response
from deployguard.emulator.resources import PROJECT_NUMBER

_PATH = re.compile(r"/_metadata/([^/]+)/([^/]+)(?:/computeMetadata/v1/(.*))?/?")


def variables(address: str, project: str, account: str) -> dict[str, str]:
    """Return what points Google's auth library at this server, in the name of a service account.

    A token of this server is the account's e-mail address: calls between services are judged by it.
    """
    host = f"{address.removeprefix('http://')}/_metadata/{project}/{account}"
    return {"GCE_METADATA_HOST": host, "GCE_METADATA_IP": host}


def answer(request: Request) -> Response | None:
    """Return the answer, or None when the path is not the metadata server's."""
    match = _PATH.fullmatch(request.path)
    if match is None:
        return None
    project, account, key = match[1], match[2], (match[3] or "").rstrip("/")
    token = {"access_token": account, "expires_in": 3600, "token_type": "Bearer"}
    about = {
        "email": account,
        "aliases": ["default"],
        "scopes": ["https://www.googleapis.com/auth/cloud-platform"],
    }
    values = {
        "": "computeMetadata/",
        "project/project-id": project,
        "project/numeric-project-id": PROJECT_NUMBER,
        "universe/universe-domain": "googleapis.com",
        "instance/region": f"projects/{PROJECT_NUMBER}/regions/us-west2",
        **{f"instance/service-accounts/{name}": json.dumps(about) for name in ("default", account)},
        **{f"instance/service-accounts/{name}/email": account for name in ("default", account)},
        **{f"instance/service-accounts/{name}/token": json.dumps(token) for name in ("default", account)},
        **{f"instance/service-accounts/{name}/identity": account for name in ("default", account)},
    }
    headers = {
        "Metadata-Flavor": "Google",
        "Content-Type": "application/json" if values.get(key, "").startswith("{") else "text/plain",
    }
    return Response(200, values[key].encode(), headers) if key in values else Response(404, b"", headers)
