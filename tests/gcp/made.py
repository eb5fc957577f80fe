"""Services for tests of the writing half, made with the stock client as another tool would make them."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import Any

from google.api_core import exceptions
from google.cloud import run_v2

from deployguard.gcp.connection import Connection
from deployguard.gcp.operations import wait
from tests.emulator.clients import HELLO, Clients, done

PROJECT, REGION = "demo-project", "us-west2"
PARENT = f"projects/{PROJECT}/locations/{REGION}"


def connection(cloud: Clients, patience: float = 5.0) -> Connection:
    return Connection(PROJECT, cloud.address, patience=patience)


def a_service(cloud: Clients, service: run_v2.Service | None = None, **env: str) -> str:
    """Create a service of the sample image and return its name."""
    made = service or run_v2.Service()
    if not made.template.containers:
        made.template.containers = [run_v2.Container(image=HELLO)]
    for name, value in env.items():
        made.template.containers[0].env.append(run_v2.EnvVar(name=name, value=value))
    name = f"s-{uuid.uuid4().hex[:8]}"
    client = cloud.of(run_v2.ServicesClient)
    done(client.create_service(parent=PARENT, service=made, service_id=name))
    return name


def read(cloud: Clients, name: str) -> Any:
    """Return a service as the stock client reads it, as the raw message."""
    service = cloud.of(run_v2.ServicesClient).get_service(name=f"{PARENT}/services/{name}")
    return run_v2.Service.pb(service)


def ready_of(cloud: Clients, name: str) -> str:
    return str(read(cloud, name).latest_ready_revision.rpartition("/")[2])


def ended(cloud: Clients, operation: str) -> str:
    """Wait for an operation and return its failure, "" for none."""
    return wait(connection(cloud), operation, 60).failure


class Deaf(Connection):
    """A connection that does not hear the first answer of a method: what it asked for was done all the same."""

    def client(self, kind: Any) -> Any:
        return _Deafened(super().client(kind), self)

    @cached_property
    def unheard(self) -> set[str]:
        return {"create_service", "update_service", "create_build", "create_function", "set_iam_policy"}


class _Deafened:
    def __init__(self, client: Any, to: Deaf) -> None:
        self._client, self._to = client, to

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if name not in self._to.unheard:
            return call

        def heard_by_nobody(*given: Any, **options: Any) -> Any:
            answer = call(*given, **options)
            if name not in self._to.unheard:
                return answer
            self._to.unheard.remove(name)
            raise exceptions.ServiceUnavailable("the connection was reset")

        return heard_by_nobody
