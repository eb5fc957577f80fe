"""python -m local.send_day 2026-02-01 http://127.0.0.1:8080/process: one message for each processor, as Pub/Sub pushes it."""

from __future__ import annotations

import base64
import json
import sys
import urllib.error
import urllib.request
import uuid

from shared.config.phase3_config import phase3_config


def main(date: str, url: str) -> None:
    correlation_id = uuid.uuid4().hex[:8]
    for processor in phase3_config().expected:
        payload = {"game_date": date, "processor": processor, "correlation_id": correlation_id}
        print(f"{processor}: {_push(url, payload)}")


def _push(url: str, payload: dict[str, str]) -> str:
    data = base64.b64encode(json.dumps(payload).encode()).decode()
    body = {
        "message": {"data": data, "messageId": uuid.uuid4().hex, "attributes": {}},
        "subscription": "local",
    }
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return f"{answer.status} {answer.read().decode().strip()}"
    except urllib.error.HTTPError as error:
        with error:
            return f"{error.code} {error.read().decode().strip()}"


if __name__ == "__main__":
    main(*sys.argv[1:])
