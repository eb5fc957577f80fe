"""Making functions for tests: a zip in memory, uploaded as the stock client does it."""

from __future__ import annotations

import io
import urllib.request
import uuid
import zipfile
from collections.abc import Mapping
from typing import Any

from google.cloud import functions_v2

from tests.emulator.clients import PARENT

HTTP_MAIN = """
import json, logging, os, sys
import functions_framework

@functions_framework.http
def serve(request):
    if request.path == "/boom":
        raise ValueError("boom in the handler")
    if request.path == "/say":
        print(json.dumps({"severity": "WARNING", "message": "said", "n": 7}))
        print("plain on stderr", file=sys.stderr)
    if request.path == "/whoami":
        import urllib.request
        root = f"http://{os.environ['GCE_METADATA_HOST']}/computeMetadata/v1/"
        ask = lambda key: urllib.request.urlopen(root + key).read().decode()
        return {"project": ask("project/project-id"), "email": ask("instance/service-accounts/default/email")}
    return {"version": os.environ.get("VERSION", ""), "revision": os.environ["K_REVISION"],
            "service": os.environ["K_SERVICE"], "path": request.path}
"""


def zipped(files: Mapping[str, str]) -> bytes:
    """Return a zip of the files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return held.getvalue()


def uploaded(client: Any, files: Mapping[str, str]) -> Any:
    """Upload a source and return where it is."""
    given = client.generate_upload_url(request={"parent": PARENT})
    request = urllib.request.Request(
        given.upload_url, zipped(files), {"Content-Type": "application/zip"}, method="PUT"
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
    return given.storage_source


def function_of(
    source: Any, entry_point: str = "serve", runtime: str = "python311", **env: str
) -> functions_v2.Function:
    """Return a function over an uploaded source."""
    build = {"runtime": runtime, "entry_point": entry_point, "source": {"storage_source": source}}
    return functions_v2.Function(build_config=build, service_config={"environment_variables": env})


def a_name() -> str:
    return f"f-{uuid.uuid4().hex[:8]}"
