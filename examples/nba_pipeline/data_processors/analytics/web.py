from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict

from flask import Flask, Response, jsonify, request

from data_processors.analytics.analytics import Analytics, Answer

# Not 503: Pub/Sub retries either way, but a 5xx counts as an error of this service and would wake somebody.
BUSY = 409
SERVICE = "analytics-processor"


def make_app(analytics: Callable[[], Analytics]) -> Flask:
    """Takes how to open the stores, not the stores: the service must start, and tell its health, without them."""
    app = Flask(__name__)

    @app.get("/health")
    def health() -> Response:
        return jsonify(
            service=SERVICE,
            status="healthy",
            commit=os.environ.get("BUILD_COMMIT"),
            fingerprint=os.environ.get("BUILD_FINGERPRINT"),
            built_at=os.environ.get("BUILD_TIMESTAMP"),
        )

    @app.post("/process")
    def process() -> tuple[Response, int]:
        envelope = request.get_json(force=True, silent=True)
        answer = analytics().process(request.get_data(as_text=True) if envelope is None else envelope)
        return jsonify(asdict(answer)), _status(answer)

    return app


def _status(answer: Answer) -> int:
    """Pub/Sub sends the message again for anything but success."""
    if answer.failed:
        return 500
    return BUSY if answer.busy else 200
