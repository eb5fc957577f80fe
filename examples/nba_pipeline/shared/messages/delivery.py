from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass

# It is sent on as an attribute, and Pub/Sub takes 1024 bytes for one; a longer one would block its date for ever.
_CORRELATION_CHARACTERS = 200


class Malformed(Exception):
    """No redelivery can help: the message itself is wrong. The text says in what way."""


@dataclass(frozen=True)
class Delivery:
    message_id: str
    payload: Mapping[str, object]
    attributes: Mapping[str, str]

    @property
    def correlation_id(self) -> str:
        """What the sender calls the work; the message's own id where it says nothing."""
        given = self.payload.get("correlation_id") or self.attributes.get("correlation_id")
        return str(given or self.message_id)[:_CORRELATION_CHARACTERS]


def read_delivery(envelope: object) -> Delivery:
    """Reads what Pub/Sub sends, as a push request's body or as a CloudEvent's data."""
    message = _mapping(_mapping(envelope, "envelope").get("message"), "message")
    attributes = _mapping(message.get("attributes") or {}, "attributes")
    return Delivery(
        message_id=message_id(message),
        payload=_payload(message.get("data")),
        attributes={str(name): str(value) for name, value in attributes.items()},
    )


def message_id(message: Mapping[str, object]) -> str:
    return str(message.get("messageId") or message.get("message_id") or "")


def _payload(data: object) -> Mapping[str, object]:
    if not isinstance(data, str):
        raise Malformed("no data in the message")
    try:
        decoded = json.loads(base64.b64decode(data, validate=True))
        # JSON can spell half a character ("\\ud800"), which no store can keep.
        json.dumps(decoded, ensure_ascii=False).encode()
    except binascii.Error as error:
        raise Malformed("data is not base64") from error
    except (ValueError, RecursionError) as error:
        raise Malformed("data is not JSON") from error
    return _mapping(decoded, "data")


def _mapping(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise Malformed(f"{name} is not an object")
    return value
