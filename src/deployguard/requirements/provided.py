"""Where a module comes from: the four answers to one import."""

from __future__ import annotations

from dataclasses import dataclass

BASE_IMAGE = "the base image"


@dataclass(frozen=True, slots=True)
class Declared:
    """A requirement names a distribution that provides the module."""

    distribution: str


@dataclass(frozen=True, slots=True)
class Transitive:
    """Only installed because something else needs it; `brought_by` is the chain, from a declared distribution."""

    distribution: str
    brought_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Undeclared:
    """Nothing that is installed has the module. `candidates` would; () when no distribution is known to."""

    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotKnown:
    """It cannot be told: `reason`, and the `unknown` distributions that stand in the way."""

    reason: str
    unknown: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()


Provided = Declared | Transitive | Undeclared | NotKnown
