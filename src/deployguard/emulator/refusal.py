"""A request that is refused, in Google's own words and codes (google/rpc/code.proto)."""

from __future__ import annotations

import json

HTTP_STATUS = {
    "OK": 200,
    "CANCELLED": 499,
    "UNKNOWN": 500,
    "INVALID_ARGUMENT": 400,
    "DEADLINE_EXCEEDED": 504,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "PERMISSION_DENIED": 403,
    "RESOURCE_EXHAUSTED": 429,
    "FAILED_PRECONDITION": 400,
    "ABORTED": 409,
    "OUT_OF_RANGE": 400,
    "UNIMPLEMENTED": 501,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
    "DATA_LOSS": 500,
    "UNAUTHENTICATED": 401,
}
CODES = (
    *("OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS"),
    *("PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE"),
    *("UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"),
)


class Refusal(Exception):
    """`status` is the name of a google.rpc.Code; `http` overrides its usual HTTP status (412 in Storage)."""

    def __init__(self, status: str, message: str, http: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.http = http or HTTP_STATUS[status]

    @property
    def code(self) -> int:
        return CODES.index(self.status)

    def body(self) -> bytes:
        """Return the JSON of an HTTP answer (cloud.google.com/apis/design/errors)."""
        error = {"code": self.http, "message": self.message, "status": self.status}
        return json.dumps({"error": error}).encode()


class Dropped(Exception):
    """The connection is to be closed without an answer: a fault asked for by a test."""


def not_found(what: str) -> Refusal:
    """Return what is answered where there is no such resource."""
    return Refusal("NOT_FOUND", f"Resource '{what}' was not found")


def invalid(message: str) -> Refusal:
    """Return what is answered to a request that makes no sense."""
    return Refusal("INVALID_ARGUMENT", message)
