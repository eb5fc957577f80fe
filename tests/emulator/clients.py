"""The stock clients, pointed at one endpoint: the only place that a run against the real cloud would change."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import finalize

import grpc
from google.api_core import retry
from google.api_core.future import polling
from google.auth.credentials import AnonymousCredentials

PARENT = "projects/demo-project/locations/us-west2"
HELLO = "us-docker.pkg.dev/cloudrun/container/hello"


def done(operation: Any, seconds: float = 60) -> Any:
    """Wait for an operation as its own client does, only with shorter pauses."""
    soon = retry.Retry(initial=0.05, maximum=0.3, timeout=seconds, predicate=polling.RETRY_PREDICATE)
    return operation.result(polling=soon)


@dataclass(frozen=True)
class Clients:
    """Clients for the cloud at `address`."""

    address: str

    @cached_property
    def channel(self) -> Any:
        return grpc.insecure_channel(self.address.removeprefix("http://"))

    def of(self, client: Any, transport: str = "grpc") -> Any:
        """Return a client of a stock class over gRPC or REST."""
        if transport == "rest":
            options = {"api_endpoint": self.address}
            return client(transport="rest", credentials=AnonymousCredentials(), client_options=options)
        return client(transport=client.get_transport_class("grpc")(channel=self.channel))

    @cached_property
    def storage(self) -> Any:
        from google.cloud import storage

        options = {"api_endpoint": self.address}
        client = storage.Client("demo-project", credentials=AnonymousCredentials(), client_options=options)
        finalize(self, client.close).atexit = False
        return client

    def admin(self, verb: str, path: str, content: object = None) -> Any:
        """Ask the emulator itself for something."""
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        request = urllib.request.Request(f"{self.address}/_emulator/{path}", data, method=verb)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def get(self, url: str, token: str = "owner") -> tuple[int, str]:
        """GET a URL as somebody; return status and text."""
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()
