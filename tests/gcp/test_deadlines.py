"""No call waits for ever: an API that takes the request and never answers ends as a refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest

from deployguard.gcp.connection import Connection
from deployguard.gcp.functions import Functions
from deployguard.gcp.jobs import Jobs
from deployguard.gcp.monitoring import Monitoring
from deployguard.gcp.scheduler import Clocks
from deployguard.gcp.services import Services
from deployguard.model.errors import CloudError
from deployguard.model.stamp_names import StampNames

_LONGEST_S = 600.0 + 1.0  # gRPC rounds a deadline of minutes up to the next second on the wire


class _Refusing(grpc.GenericRpcHandler):  # type: ignore[misc]  # grpc has no types
    """Knows no method, and keeps how long each caller would have waited."""

    def __init__(self) -> None:
        self.patience: dict[str, float | None] = {}

    def service(self, details: Any) -> Any:
        def refuse(_: bytes, context: Any) -> None:
            self.patience[details.method.rpartition("/")[2]] = context.time_remaining()
            context.abort(grpc.StatusCode.PERMISSION_DENIED, "no")

        return grpc.unary_unary_rpc_method_handler(refuse)


@pytest.fixture
def refusing() -> Iterator[tuple[Connection, _Refusing]]:
    handler = _Refusing()
    server = grpc.server(ThreadPoolExecutor(2), handlers=(handler,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield Connection("p", f"http://127.0.0.1:{port}", patience=0.0), handler
    server.stop(None)


@pytest.mark.parametrize(
    "ask",
    [
        lambda at: Functions(at).list("us-west2"),
        lambda at: Functions(at).get("us-west2", "orders"),
        lambda at: Services(at, StampNames()).list("us-west2"),
        lambda at: Services(at, StampNames()).get("us-west2", "orders"),
        lambda at: Services(at, StampNames()).revision("us-west2", "orders", "orders-1"),
        lambda at: Monitoring(at).policies(),
        lambda at: Monitoring(at).channels(),
        lambda at: Jobs(at, "us-west2").get("morning"),
        lambda at: Clocks(at, "us-west2").list(),
    ],
)
def test_every_reading_has_a_deadline(
    ask: Callable[[Connection], object], refusing: tuple[Connection, _Refusing]
) -> None:
    connection, handler = refusing
    with pytest.raises(CloudError):
        ask(connection)
    assert handler.patience
    assert all(each is not None and each <= _LONGEST_S for each in handler.patience.values())
