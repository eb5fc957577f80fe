"""One way to Google Cloud: production with its credentials, or a local endpoint with none."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from weakref import finalize

from deployguard.model.errors import CloudError, UsageError
from deployguard.model.service import Project

_PATIENCE_S, _LOCAL_PATIENCE_S = 60.0, 5.0
_ANSWER_S = 10.0
_SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)


@dataclass(frozen=True)
class Connection:
    """Makes clients of the stock classes.

    `endpoint` is "" for production, or the address of a local cloud (`http://127.0.0.1:8085`). `impersonate` is the
    service account to act as, "" for none. `patience` is for how many seconds a call is tried again that is refused for
    quota, or finds the service away.
    """

    project: str
    endpoint: str = ""
    impersonate: str = ""
    patience: float = _PATIENCE_S

    def client(self, kind: Any) -> Any:
        """Return a client of a stock class over gRPC: REST would drop fields that this client does not know.

        Raises:
            CloudError: there are no credentials, or nothing answers at the local endpoint.
        """
        if kind not in self._clients:
            self._clients[kind] = self._made(kind)
        return self._clients[kind]

    def _made(self, kind: Any) -> Any:
        if not self.endpoint:
            return kind(credentials=self.credentials)
        return kind(transport=kind.get_transport_class("grpc")(channel=self._channel))

    @cached_property
    def credentials(self) -> Any:
        """Application-default credentials, or those of the impersonated account; anonymous at a local endpoint.

        Raises:
            CloudError: there are none, or nothing answers at the local endpoint, with what to do.
        """
        if self.endpoint:
            self._see_that_it_answers()
            from google.auth.credentials import AnonymousCredentials

            return AnonymousCredentials()
        from deployguard.gcp.credentials import default_credentials

        return default_credentials(_SCOPES, self.impersonate)

    @cached_property
    def storage(self) -> Any:
        """A client of Cloud Storage, whose sockets are closed once this connection is gone."""
        from google.cloud import storage

        options = {"api_endpoint": self.endpoint} if self.endpoint else {}
        client = storage.Client(self.project, credentials=self.credentials, client_options=options)
        finalize(self, client.close).atexit = False
        return client

    def _see_that_it_answers(self) -> None:
        """Raise CloudError where the local cloud does not answer, once asked: its clients would try for minutes."""
        if self.endpoint and self._silence:
            raise CloudError(
                "refused",
                f"{self.endpoint}: {self._silence}; start `deployguard emulator`, or take the endpoint away (DEPLOYGUARD_ENDPOINT, "
                "or `endpoint` of [project]) to ask Google Cloud",
            )

    @cached_property
    def _silence(self) -> str:
        """Why nothing is to be had at the endpoint; "" where something answers, whatever it says."""
        try:
            address = urlsplit(self.endpoint)
            with socket.create_connection((address.hostname or "", address.port or 80), _ANSWER_S) as asking:
                asking.sendall(f"GET /_emulator/status HTTP/1.0\r\nHost: {address.netloc}\r\n\r\n".encode())
                asking.recv(1)
        except TimeoutError:
            return f"no answer within {_ANSWER_S:.0f} s"
        except (OSError, ValueError) as error:  # a port out of range is a ValueError
            return f"nothing answers there ({getattr(error, 'strerror', '') or error})"
        return ""

    @cached_property
    def _clients(self) -> dict[Any, Any]:
        """Clients are kept: in production each opens a connection of its own."""
        return {}

    @cached_property
    def _channel(self) -> Any:
        import grpc

        self._see_that_it_answers()
        return grpc.insecure_channel(self.endpoint.removeprefix("http://").rstrip("/"))


def connect(project: Project, environment: Mapping[str, str] = os.environ) -> Connection:
    """Return the connection that the configuration and the environment ask for.

    `DEPLOYGUARD_ENDPOINT` goes before `endpoint` of `[project]`; `DEPLOYGUARD_IMPERSONATE` names a service account.

    Raises:
        UsageError: the configuration names no Google Cloud project, or the endpoint is no address of a local cloud.
    """
    table = project.table("project")
    if "id" not in table:
        raise UsageError(
            f'{project.path}: [project] has no `id`, the Google Cloud project that this is about: add id = "NAME" to it'
        )
    endpoint = environment.get("DEPLOYGUARD_ENDPOINT") or str(table.get("endpoint", ""))
    endpoint = endpoint.rstrip("/")
    if endpoint and not _is_address(endpoint):
        raise UsageError(
            "the endpoint (DEPLOYGUARD_ENDPOINT, or `endpoint` of [project]) must read http://HOST:PORT, as "
            "`deployguard emulator` prints it, with no name or password in it"
        )
    return Connection(
        str(table["id"]),
        endpoint,
        environment.get("DEPLOYGUARD_IMPERSONATE", ""),
        _LOCAL_PATIENCE_S if endpoint else _PATIENCE_S,
    )


def _is_address(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return (
        parts.scheme == "http"
        and bool(host)
        and "@" not in parts.netloc
        and endpoint == f"http://{parts.netloc}"
    )
