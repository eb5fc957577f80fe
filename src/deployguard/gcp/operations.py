"""Long-running operations, waited for by name (google/longrunning/operations.proto)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from deployguard.gcp.connection import Connection
from deployguard.gcp.refusals import refusals
from deployguard.gcp.retrying import ONCE, patiently
from deployguard.model.errors import CloudError

RUN, FUNCTIONS = "run.googleapis.com", "cloudfunctions.googleapis.com"
_LOCAL_PAUSE_S, _LONGEST_LOCAL_PAUSE_S = 0.05, 0.4
_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 8.0
_FAILED = 3  # google.cloud.run.v2.Condition.State


@dataclass(frozen=True, slots=True)
class Ended:
    """How an operation ended. `failure` is "" where it went well, else Google's own words."""

    failure: str = ""


def named(api: str, name: str) -> str:
    """Return the full resource name by which `wait` knows which API to ask."""
    return f"//{api}/{name}"


def wait(connection: Connection, operation: str, limit: float) -> Ended:
    """Return how an operation ended, asking for at most `limit` seconds.

    `operation` is what a call of this room returned: a full resource name such as
    `//run.googleapis.com/projects/P/locations/R/operations/X`. A name may be kept and waited for by another process.
    The name of a service or function stands for whatever is under way on it.

    Raises:
        CloudError: kind `timeout` when it has not ended by then, `missing` when Google knows no such operation.
    """
    ends = time.monotonic() + limit
    look = _look(connection, operation)
    pause, longest = (
        (_LOCAL_PAUSE_S, _LONGEST_LOCAL_PAUSE_S) if connection.endpoint else (_PAUSE_S, _LONGEST_PAUSE_S)
    )
    while True:
        left = max(ends - time.monotonic(), 0.0)
        found = patiently(look, min(connection.patience, left))
        if found is not None:
            return found
        if time.monotonic() + pause > ends:
            raise CloudError(
                "timeout",
                f"waiting for {operation.removeprefix('//')}: not ended after {limit:.0f} s; it may still end by itself",
            )
        time.sleep(pause)
        pause = min(pause * 1.5, longest)


def _look(connection: Connection, operation: str) -> Callable[[], Ended | None]:
    api, _, name = operation.removeprefix("//").partition("/")
    kind = name.split("/")[-2] if "/" in name else ""
    asks = {
        (RUN, "operations"): _run_operation,
        (FUNCTIONS, "operations"): _function_operation,
        (RUN, "services"): _service,
        (FUNCTIONS, "functions"): _function,
    }
    ask = asks.get((api, kind))
    if ask is None:
        raise CloudError("refused", f"waiting for {operation!r}: this names no operation")

    def look() -> Ended | None:
        with refusals(f"asking how {name} goes"):
            return ask(connection, name)

    return look


def _run_operation(connection: Connection, name: str) -> Ended | None:
    from google.cloud import run_v2

    return _of_operation(connection.client(run_v2.ServicesClient), name)


def _function_operation(connection: Connection, name: str) -> Ended | None:
    from google.cloud import functions_v2

    return _of_operation(connection.client(functions_v2.FunctionServiceClient), name)


def _of_operation(client: Any, name: str) -> Ended | None:
    from google.longrunning import operations_pb2

    found = client.get_operation(operations_pb2.GetOperationRequest(name=name), **ONCE)
    if not found.done:
        return None
    if found.WhichOneof("result") != "error":
        return Ended()
    return Ended(found.error.message or f"the operation failed with code {found.error.code}")


def _service(connection: Connection, name: str) -> Ended | None:
    from google.cloud import run_v2

    client = connection.client(run_v2.ServicesClient)
    service = run_v2.Service.pb(client.get_service(run_v2.GetServiceRequest(name=name), **ONCE))
    if service.reconciling:
        return None
    condition = service.terminal_condition
    return Ended((condition.message or "the service is not ready") if condition.state == _FAILED else "")


def _function(connection: Connection, name: str) -> Ended | None:
    from google.cloud import functions_v2

    state = functions_v2.Function.State
    client = connection.client(functions_v2.FunctionServiceClient)
    function = functions_v2.Function.pb(
        client.get_function(functions_v2.GetFunctionRequest(name=name), **ONCE)
    )
    if function.state in (state.DEPLOYING, state.DELETING):
        return None
    said = "; ".join(message.message for message in function.state_messages)
    return Ended("" if function.state == state.ACTIVE else said or "the function is not active")
