"""What tells which distribution provides a module: the map, and inventories read from wheels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol


class Brought(Protocol):
    """What requirements bring: a chain from a declared distribution to each; `unknown` have dependencies unknown."""

    @property
    def chains(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def unknown(self) -> frozenset[str]: ...


class Providers(Protocol):
    """The map of modules to distributions. All distribution names are normalised."""

    def providers_of(self, module: str) -> tuple[str, ...]:
        """Owners of the longest known prefix, the usual one first; () when nobody owns it."""
        ...

    def is_namespace(self, module: str) -> bool:
        """Whether several distributions have modules below this name and none owns it."""
        ...

    def modules_of(self, distribution: str) -> tuple[str, ...] | None:
        """The prefixes that a distribution owns; None when the map does not know it."""
        ...

    def installed_by(
        self, declared: Iterable[tuple[str, frozenset[str]]], environment: Mapping[str, str]
    ) -> Brought:
        """What (distribution, extras) bring, dependencies of dependencies too, under the markers' variables."""
        ...


class Inventories(Protocol):
    """Full module lists, read from the wheels themselves."""

    def modules_of(self, distribution: str, version: str) -> tuple[str, ...] | None:
        """Every dotted module of that version (`""`: the one that resolves); None when not at hand."""
        ...
