"""A change of one path, before it is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Change:
    """`before` and `after` are the bytes of a file or the target of a link, as git stores both.

    `mode` is git's mode of what will be there; `old_mode` and `before` are None where there is nothing yet.
    """

    path: str
    mode: str
    after: bytes
    old_mode: str | None = None
    before: bytes | None = None


class Refused(NamedTuple):
    """A fix that is left to a person, and why."""

    path: str
    reason: str


class Plan(NamedTuple):
    """What can be changed safely, and what cannot; both sorted by path."""

    changes: tuple[Change, ...]
    refused: tuple[Refused, ...]
