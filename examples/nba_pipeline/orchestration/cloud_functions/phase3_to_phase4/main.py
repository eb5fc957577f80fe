"""Phase 3 tells this function which processors are done; it tells phase 4 when all of them are."""

from __future__ import annotations

from functools import cache

import functions_framework
from cloudevents.http import CloudEvent
from completion_handler import CompletionHandler, open_handler
from shared.config.environment import Environment
from shared.config.phase3_config import phase3_config
from shared.structured_logs import log_as_json

log_as_json()


@functions_framework.cloud_event
def orchestrate_phase3_to_phase4(event: CloudEvent) -> None:
    """Returning acknowledges the message; raising makes Pub/Sub send it again."""
    _handler().handle(event.get_data())


@cache
def _handler() -> CompletionHandler:
    return open_handler(Environment.read(), phase3_config())
