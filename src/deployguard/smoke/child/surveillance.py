"""What is watched, limited and refused in the process that imports a service."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from typing import Any

REFUSED: list[str] = []
UNSET: list[tuple[str, str]] = []
_OUTPUT_LIMIT = 64 * 1024 * 1024


class NetworkRefused(ConnectionRefusedError):
    """The network is not there on purpose."""


def limit(memory: int) -> None:
    """Bound address space (bytes), the size of files, and core dumps."""
    import resource

    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, _OUTPUT_LIMIT),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (OSError, ValueError):
            continue


def refuse_network(on_serving: Callable[[], None]) -> None:
    """Refuse connections and look-ups; `on_serving` is called when something begins to listen, and does not return."""

    def refuse(what: str) -> Callable[..., Any]:
        def refused(*given: Any, **_: Any) -> Any:
            address = next((one for one in given if isinstance(one, (str, tuple))), "")
            REFUSED.append(str(address))
            raise NetworkRefused(111, f"smoke refuses the network: {what} {address}")

        return refused

    class Socket(socket.socket):
        connect = refuse("connect")
        connect_ex = refuse("connect")
        sendto = refuse("sendto")

        def listen(self, *_: Any) -> None:
            on_serving()

    socket.socket = Socket  # type: ignore[misc]
    socket.create_connection = refuse("connect")
    socket.getaddrinfo = refuse("look up")
    socket.gethostbyname = refuse("look up")


def watch_environment(root: str) -> None:
    """Note which unset variables the files below `root` ask for, and where."""
    kind: Any = type(os.environ)
    original = kind.__getitem__

    def getitem(self: Any, name: str) -> str:
        try:
            return str(original(self, name))
        except KeyError:
            _note(name, root)
            raise

    kind.__getitem__ = getitem


def _note(name: str, root: str) -> None:
    frame: Any = sys._getframe(2)
    while frame is not None and not frame.f_code.co_filename.startswith(root):
        frame = frame.f_back
    if frame is not None:
        UNSET.append((str(name), frame.f_code.co_filename))
