"""The gRPC face: one handler for every method of every API."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc

from deployguard.emulator.dispatch import Dispatch
from deployguard.emulator.refusal import Dropped, Refusal
from deployguard.emulator.stock import Method

_LARGEST = 64 * 1024 * 1024
_log = logging.getLogger(__name__)


class _Handler(grpc.GenericRpcHandler):  # type: ignore[misc]
    def __init__(self, methods: Iterable[Method], dispatch: Dispatch) -> None:
        self._handlers = {method.path: _unary(method, dispatch) for method in methods}

    def service(self, handler_call_details: Any) -> Any:
        return self._handlers.get(handler_call_details.method)


def _unary(method: Method, dispatch: Dispatch) -> Any:
    def answer(request: Any, context: Any) -> Any:
        try:
            return dispatch.call(method, request)
        except Refusal as refusal:
            context.abort(grpc.StatusCode[refusal.status], refusal.message)
        except Dropped:
            context.abort(grpc.StatusCode.UNAVAILABLE, "Socket closed")
        except Exception as problem:
            _log.exception("%s failed", method.short)
            context.abort(grpc.StatusCode.INTERNAL, f"the emulator failed: {problem!r}")

    return grpc.unary_unary_rpc_method_handler(
        answer,
        request_deserializer=method.request.FromString,
        response_serializer=lambda message: message.SerializeToString(),
    )


def grpc_server(methods: Iterable[Method], dispatch: Dispatch) -> tuple[Any, int]:
    """Start the gRPC server on a free loopback port; return it and the port."""
    server = grpc.server(
        ThreadPoolExecutor(16, thread_name_prefix="grpc"),
        handlers=(_Handler(methods, dispatch),),
        options=[("grpc.max_receive_message_length", _LARGEST), ("grpc.so_reuseport", 0)],
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port
