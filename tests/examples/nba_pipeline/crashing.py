"""Stores and publishers that die at a given step, before or after it took effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from shared.documents.store import Document, DocumentStore, Fields, Place
from shared.messages.publisher import OutgoingMessage, Publisher

Result = TypeVar("Result")


class Killed(BaseException):
    """Not an Exception: no handler of the code under test may run, as none runs after kill -9."""


def killed() -> None:
    raise Killed


@dataclass
class Fuse:
    """Burns at the given moment: 0 is before the first step, 1 after it, 2 before the second, and so on."""

    burns_at: int | None
    die: Callable[[], None] = killed
    passed: int = 0

    def around(self, step: Callable[[], Result]) -> Result:
        self._tick()
        result = step()
        self._tick()
        return result

    def _tick(self) -> None:
        if self.passed == self.burns_at:
            self.die()
        self.passed += 1


@dataclass
class FragileDocuments:
    inner: DocumentStore
    fuse: Fuse

    def get(self, place: Place) -> Document | None:
        return self.fuse.around(lambda: self.inner.get(place))

    def create(self, place: Place, fields: Fields) -> str:
        return self.fuse.around(lambda: self.inner.create(place, fields))

    def update(self, place: Place, fields: Fields, version: str) -> str:
        return self.fuse.around(lambda: self.inner.update(place, fields, version))

    def put(self, place: Place, fields: Fields) -> None:
        self.fuse.around(lambda: self.inner.put(place, fields))


@dataclass
class FragilePublisher:
    inner: Publisher
    fuse: Fuse = field(default_factory=lambda: Fuse(None))

    def publish(self, message: OutgoingMessage) -> str:
        return self.fuse.around(lambda: self.inner.publish(message))
