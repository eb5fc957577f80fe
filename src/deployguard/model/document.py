"""A document of a tracker's store, as it was read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """`content` is a map by top-level name, or whatever else the store holds in its place.

    `version` is what a conditional write compares; only the store that gave it understands it.
    """

    id: str
    content: object
    version: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something is stored under this id, and nobody can say what: it is neither there nor absent."""

    id: str
    reason: str


Reading = Document | Unreadable | None
