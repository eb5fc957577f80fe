"""What tests ask of the emulator itself, below `/_emulator/`."""

from __future__ import annotations

import json
from typing import Any

from deployguard.emulator.cloud import Cloud
from deployguard.emulator.http import Request, Response, json_response
from deployguard.emulator.publish import Publisher
from deployguard.emulator.refusal import invalid, not_found

PREFIX = "/_emulator/"


class Admin:
    """Faults, secrets, a Pub/Sub push, and the state of the emulator."""

    def __init__(self, cloud: Cloud, publisher: Publisher) -> None:
        self._cloud = cloud
        self._publisher = publisher

    def answer(self, request: Request) -> Response:
        what, _, name = request.path.removeprefix(PREFIX).partition("/")
        match request.verb, what:
            case "GET", "status":
                return json_response(
                    {"address": self._cloud.address, "instances": self._cloud.instances.count()}
                )
            case "POST", "faults":
                self._cloud.faults.add(_object(request.body))
            case "DELETE", "faults":
                self._cloud.faults.clear()
            case "PUT", "secrets" if name:
                self._cloud.store.put("secret", name, request.body)
            case "POST", "publish":
                return json_response(self._publisher.push(_object(request.body)))
            case _:
                raise not_found(request.path)
        return json_response({})


def _object(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise invalid(f"the body is no JSON: {problem}") from problem
    if not isinstance(content, dict):
        raise invalid("the body must be a JSON object")
    return content
