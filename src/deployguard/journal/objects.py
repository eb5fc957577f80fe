"""Named objects with generations, as a bucket keeps them: what locks and journals are built on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

ANY, ABSENT = -1, 0


@dataclass(frozen=True, slots=True)
class Stored:
    """An object: its content, its generation (which changes with every write) and its metadata."""

    name: str
    content: bytes
    generation: int
    metadata: Mapping[str, str] = field(default_factory=dict)


class Objects(Protocol):
    """A place that keeps named objects, with writes that are conditional on a generation.

    `when` of a write is the generation that must be there: `ABSENT` for none, `ANY` for whichever.
    """

    def get(self, name: str) -> Stored | None:
        """Return an object, None where there is none. Raises CloudError."""
        ...

    def put(
        self, name: str, content: bytes, *, when: int = ANY, metadata: Mapping[str, str] | None = None
    ) -> int:
        """Write an object and return its generation. Raises CloudError; kind `conflict` when another one is there."""
        ...

    def delete(self, name: str, *, when: int = ANY) -> None:
        """Remove an object. Raises CloudError; kind `conflict` when another one is there, `missing` when none is."""
        ...

    def list(self, prefix: str) -> tuple[str, ...]:
        """Return the names that begin with `prefix`, sorted. Raises CloudError."""
        ...
