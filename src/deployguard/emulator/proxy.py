"""Requests to services: the revision by traffic or tag, an instance of it, and the request log."""

from __future__ import annotations

import http.client
import json
import random
import re
import time
from typing import Any

from google.cloud import run_v2

from deployguard.emulator import traffic
from deployguard.emulator.cloud import Cloud
from deployguard.emulator.http import Request, Response
from deployguard.emulator.instances import NotReady
from deployguard.emulator.policy import Policies

PATH = re.compile(r"/run/([^/]+)/([^/]+)/(?:([^/]+?)---)?([^/]+)(/.*)?")
_HOP_BY_HOP = {
    *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailers"),
    *("transfer-encoding", "upgrade", "content-length", "host"),
}
_LARGEST = 32 * 1024 * 1024  # cloud.google.com/run/quotas: HTTP/1 requests and responses


class Proxy:
    """Answers `/run/PROJECT/REGION/[TAG---]SERVICE/...`."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._policies = Policies(cloud.store, cloud.faults)

    def answer(self, request: Request) -> Response:
        match = PATH.fullmatch(request.path)
        if match is None:
            return _text(404, "no such service")
        project, region, tag, name, path = match.groups()
        service_name = f"projects/{project}/locations/{region}/services/{name}"
        body = self._cloud.store.get("service", service_name)
        if body is None:
            return _text(404, "The requested URL was not found on this server.")
        service = run_v2.Service.pb().FromString(body)
        chosen = traffic.tagged(service, tag) if tag else _drawn(service)
        held = self._cloud.store.get("revision", chosen) if chosen else None
        if held is None:
            return _text(404, "The requested URL was not found on this server.")
        return self._logged(request, service, run_v2.Revision.pb().FromString(held), path or "/")

    def _logged(self, request: Request, service: Any, revision: Any, path: str) -> Response:
        began = time.monotonic()
        response = self._served(request, service, revision, path)
        took = (time.monotonic() - began, len(response.body))
        self._cloud.log.request(revision.name, (request.verb, service.uri + path), response.status, took)
        return response

    def _served(self, request: Request, service: Any, revision: Any, path: str) -> Response:
        if not self._admitted(request, service):
            return _text(403, "Your client does not have permission to get this URL from this server.")
        if len(request.body) > _LARGEST:
            return _text(413, "The request is larger than 32 MiB.")
        try:
            if not self._cloud.instances.image(revision).folder:
                return _hello(revision)
            with self._cloud.instances.instance(revision) as port:
                return _passed_on(request, port, path, revision.timeout.seconds)
        except NotReady as problem:
            return _text(503, str(problem))
        except (OSError, http.client.HTTPException):
            return _text(503, "The instance closed the connection, or ended, before it answered.")

    def _admitted(self, request: Request, service: Any) -> bool:
        """An e-mail address as bearer token needs the invoker role; any other token is the owner's."""
        given = request.headers.get("X-Serverless-Authorization") or request.headers.get("Authorization", "")
        token = str(given or "").removeprefix("Bearer ").strip()
        if service.invoker_iam_disabled or (token and "@" not in token):
            return True
        return self._policies.may_invoke(service.name, f"serviceAccount:{token}")


def _drawn(service: Any) -> str:
    shares = traffic.weights(service)
    if not shares:
        return ""
    return random.choices([name for name, _ in shares], [percent for _, percent in shares])[0]  # noqa: S311


def _passed_on(request: Request, port: int, path: str, seconds: int) -> Response:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds or 300)
    try:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP_BY_HOP}
        headers["Host"] = request.host
        headers["X-Forwarded-For"] = "127.0.0.1"
        headers["X-Forwarded-Proto"] = "https"
        headers["Content-Length"] = str(len(request.body))
        target = f"{path}?{request.query}" if request.query else path
        connection.request(request.verb, target, request.body, headers)
        answered = connection.getresponse()
        body = answered.read(_LARGEST)
        kept = {name: value for name, value in answered.getheaders() if name.lower() not in _HOP_BY_HOP}
        kept.pop("Set-Cookie", None)
        return Response(answered.status, body, kept, tuple(answered.headers.get_all("Set-Cookie") or ()))
    finally:
        connection.close()


def _hello(revision: Any) -> Response:
    said = {"service": revision.service, "revision": revision.name.rpartition("/")[2]}
    said |= {
        variable.name: variable.value
        for variable in revision.containers[0].env
        if not variable.value_source.secret_key_ref.secret
    }
    return Response(200, json.dumps(said).encode(), {"Content-Type": "application/json"})


def _text(status: int, message: str) -> Response:
    return Response(status, f"{message}\n".encode(), {"Content-Type": "text/plain; charset=UTF-8"})
