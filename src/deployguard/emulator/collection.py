"""A collection of resources: those of one kind, kept as messages by their names."""

from __future__ import annotations

from typing import Any

from deployguard.emulator.refusal import not_found
from deployguard.emulator.store import Store


class Collection:
    """The resources that the store has under `kind`, each a protobuf message of the class `message` with a `name`."""

    def __init__(self, store: Store, kind: str, message: Any) -> None:
        self._store = store
        self._kind = kind
        self._message = message

    def has(self, name: str) -> bool:
        return self._store.get(self._kind, name) is not None

    def get(self, name: str) -> Any:
        """Return a resource; raises Refusal when there is none of that name."""
        body = self._store.get(self._kind, name)
        if body is None:
            raise not_found(name)
        return self._message.FromString(body)

    def below(self, prefix: str = "") -> list[tuple[str, Any]]:
        """Return (name, resource) of all whose names begin so, in the order of names."""
        return [
            (name, self._message.FromString(body)) for name, body in self._store.named(self._kind, prefix)
        ]

    def keep(self, resource: Any) -> Any:
        """Put a resource in its place, and return it."""
        self._store.put(self._kind, resource.name, resource.SerializeToString())
        return resource

    def drop(self, name: str) -> Any:
        """Take a resource away, and return it; raises Refusal when there is none of that name."""
        dropped = self.get(name)
        self._store.drop(self._kind, name)
        return dropped
