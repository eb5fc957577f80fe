"""One message to a Pub/Sub topic, certain when this returns.

The plain client is used, not the batching one: nothing is left in a thread that ends with the program.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from deployguard.gcp.connection import Connection
from deployguard.gcp.refusals import refusals
from deployguard.model.errors import CloudError, UsageError

EMULATOR = "PUBSUB_EMULATOR_HOST"
_SECONDS = 20


def publish(connection: Connection, topic: str, data: bytes, attributes: Mapping[str, str]) -> str:
    """Publish a message and return its id. `topic` is a name, or `projects/P/topics/T`.

    Raises:
        CloudError: it was refused; of kind `timeout` or `unavailable` it may have been published all the same.
        UsageError: the local cloud has no Pub/Sub.
    """
    from google.pubsub_v1.types import PubsubMessage

    full = topic if "/" in topic else f"projects/{connection.project}/topics/{topic}"
    with refusals(f"publishing to {full}"):
        message = PubsubMessage(data=data, attributes=dict(attributes))
        answer = _client(connection).publish(
            topic=full, messages=[message], retry=_patience(), timeout=_SECONDS
        )
    if not answer.message_ids:
        raise CloudError("refused", f"publishing to {full}: no message id came back")
    return str(answer.message_ids[0])


def _client(connection: Connection) -> Any:
    from google.pubsub_v1.services.publisher import PublisherClient

    host = os.environ.get(EMULATOR)
    if host:
        import grpc

        return PublisherClient(
            transport=PublisherClient.get_transport_class("grpc")(channel=grpc.insecure_channel(host))
        )
    if connection.endpoint:
        raise UsageError(
            f"the local cloud at {connection.endpoint} has no Pub/Sub; start Google's emulator and set {EMULATOR}, "
            "so that a rehearsal does not start the real next phase"
        )
    return PublisherClient(credentials=connection.credentials)


def _patience() -> Any:
    from google.api_core import exceptions, retry

    again = retry.if_exception_type(
        exceptions.ServiceUnavailable, exceptions.InternalServerError, exceptions.Aborted
    )
    return retry.Retry(again, initial=0.2, maximum=3, timeout=_SECONDS)
