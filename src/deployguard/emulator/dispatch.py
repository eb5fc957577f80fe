"""What stands before every call, however it came: the faults, then the method."""

from __future__ import annotations

from typing import Any

from deployguard.emulator.faults import Faults
from deployguard.emulator.stock import Method

_NAMES = ("name", "parent", "resource", "project_id")


class Dispatch:
    """Calls a method with its request message; raises Refusal or Dropped."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def call(self, method: Method, request: Any) -> Any:
        self._faults.before(method.short, method.permission, _resource(request))
        return method.call(request)


def _resource(request: Any) -> str:
    fields = request.DESCRIPTOR.fields_by_name
    for name in _NAMES:
        if name in fields and fields[name].type == fields[name].TYPE_STRING and getattr(request, name):
            return str(getattr(request, name))
    return ""
