"""The long-running operations service, for every API at once (google/longrunning/operations.proto)."""

from __future__ import annotations

from typing import Any

from google.longrunning import operations_pb2
from google.protobuf import empty_pb2

from deployguard.emulator.operations import Operations
from deployguard.emulator.stock import HttpRule, Method

_SERVICE = "google.longrunning.Operations"
_NAMES = (
    "/v2/{name=projects/*/locations/*/operations/*}",
    "/v1/{name=projects/*/locations/*/operations/*}",
    "/v1/{name=operations/**}",
)


class OperationsService:
    """The methods of google.longrunning.Operations."""

    def __init__(self, operations: Operations) -> None:
        self._operations = operations

    def methods(self) -> list[Method]:
        pb = operations_pb2
        return [
            self._method("GetOperation", pb.GetOperationRequest, self.get_operation, "GET", ""),
            self._method("WaitOperation", pb.WaitOperationRequest, self.wait_operation, "POST", ":wait"),
            self._method("CancelOperation", pb.CancelOperationRequest, self.cancel_operation, "POST", ":cancel"),
            Method(_SERVICE, "ListOperations", pb.ListOperationsRequest, self.list_operations, "operations.list",
                   (HttpRule("GET", "/v2/{name=projects/*/locations/*}/operations"),)),
        ]  # fmt: skip

    def get_operation(self, request: Any) -> Any:
        return self._operations.get(request.name)

    def wait_operation(self, request: Any) -> Any:
        return self._operations.wait(request.name, min(request.timeout.seconds or 30, 30))

    def cancel_operation(self, request: Any) -> Any:
        self._operations.get(request.name)
        return empty_pb2.Empty()

    def list_operations(self, request: Any) -> Any:
        found = self._operations.below(f"{request.name}/operations/")
        return operations_pb2.ListOperationsResponse(operations=found)

    def _method(self, name: str, request: Any, call: Any, verb: str, suffix: str) -> Method:
        body = "*" if verb == "POST" else ""
        rules = tuple(HttpRule(verb, template + suffix, body) for template in _NAMES)
        return Method(_SERVICE, name, request, call, f"operations.{name[: -len('Operation')].lower()}", rules)
