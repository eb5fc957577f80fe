from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class OutgoingMessage:
    topic: str
    payload: Mapping[str, object]
    attributes: Mapping[str, str] = field(default_factory=dict)


class Publisher(Protocol):
    def publish(self, message: OutgoingMessage) -> str:
        """Returns the message id once the message is safe; raises if that is not certain."""
