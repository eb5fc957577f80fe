"""A Pub/Sub message pushed to the functions that a topic triggers, as Eventarc does it."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Mapping
from email.message import Message
from typing import Any

from google.cloud import functions_v2

from deployguard.emulator.http import Request
from deployguard.emulator.proxy import Proxy
from deployguard.emulator.refusal import invalid
from deployguard.emulator.store import Store
from deployguard.emulator.traffic import address_of

PUBLISHED = "google.cloud.pubsub.topic.v1.messagePublished"


class Publisher:
    """Delivers one message, once, to each function of a topic; it does not retry."""

    def __init__(self, store: Store, proxy: Proxy) -> None:
        self._store = store
        self._proxy = proxy

    def push(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Push `data` (text) with `attributes` to `topic` (projects/P/topics/T); return each function's status."""
        topic = given.get("topic")
        if not isinstance(topic, str) or topic.count("/") != 3:
            raise invalid("`topic` must be projects/PROJECT/topics/TOPIC")
        message = {
            "data": base64.b64encode(str(given.get("data", "")).encode()).decode(),
            "attributes": given.get("attributes") or {},
            "messageId": str(time.time_ns()),
            "publishTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
        return {"delivered": [self._deliver(one, topic, message) for one in self._triggered_by(topic)]}

    def _triggered_by(self, topic: str) -> list[Any]:
        functions = [functions_v2.Function.pb().FromString(body) for _, body in self._store.named("function")]
        return [
            one for one in functions if one.event_trigger.pubsub_topic == topic and one.service_config.service
        ]

    def _deliver(self, function: Any, topic: str, message: Mapping[str, Any]) -> dict[str, Any]:
        headers: Message[str, str] = Message()
        for name, value in _headers(function, topic).items():
            headers[name] = value
        subscription = (
            f"{topic.rpartition('/topics/')[0]}/subscriptions/eventarc-{function.name.rpartition('/')[2]}"
        )
        body = json.dumps({"message": message, "subscription": subscription}).encode()
        path = f"{address_of('', function.service_config.service)}/"
        response = self._proxy.answer(Request("POST", "127.0.0.1", path, "", headers, body))
        return {
            "function": function.name,
            "status": response.status,
            "body": response.body.decode("utf-8", "replace"),
        }


def _headers(function: Any, topic: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {function.event_trigger.service_account_email}",
        "ce-id": uuid.uuid4().hex,
        "ce-source": f"//pubsub.googleapis.com/{topic}",
        "ce-specversion": "1.0",
        "ce-type": PUBLISHED,
        "ce-time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
