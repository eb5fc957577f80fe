"""A resolution seen from the modules: which installed distribution holds which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from deployguard.requirements.resolving.inventory import Inventory
from deployguard.requirements.resolving.resolution import Resolution
from deployguard.requirements.resolving.store import Store


@dataclass(frozen=True)
class InstalledFiles:
    """What a resolved set puts into site-packages. Inventories are read on demand, the likely ones first."""

    resolution: Resolution
    store: Store = field(repr=False)

    @cached_property
    def chains(self) -> Mapping[str, tuple[str, ...]]:
        return {name: each.chain for name, each in self.resolution.chosen.items()}

    @cached_property
    def unread(self) -> Mapping[str, str]:
        """Distributions whose files nobody could read, with the reason."""
        kept = self.resolution.chosen.values()
        return {each.name: each.reason or "its inventory is gone" for each in kept if not self._of(each.name)}

    @property
    def unasked(self) -> tuple[str, ...]:
        return self.resolution.unasked

    def version(self, distribution: str) -> str:
        return self.resolution.chosen[distribution].version

    def having(self, module: str, likely: Iterable[str] = ()) -> tuple[str, ...]:
        """Return the distributions that hold a module, package or namespace of exactly this name.

        Where a likely one does, the others are not looked at.
        """
        guessed = tuple(name for name in likely if self._holds(name, module))
        return guessed or tuple(name for name in self.resolution.chosen if self._holds(name, module))

    def is_namespace(self, module: str) -> bool:
        """Whether modules live below this name and no installed distribution has code of its own there."""
        found = [each for each in self._all() if each.has(module)]
        return bool(found) and all(module in each.namespaces for each in found)

    def is_package(self, module: str) -> bool:
        return any(module in each.packages for each in self._all())

    def _holds(self, distribution: str, module: str) -> bool:
        inventory = self._of(distribution)
        return inventory is not None and inventory.has(module)

    def _all(self) -> Iterator[Inventory]:
        return filter(None, map(self._of, self.resolution.chosen))

    def _of(self, distribution: str) -> Inventory | None:
        chosen = self.resolution.chosen.get(distribution)
        if chosen is None or not chosen.key:
            return None
        return self.store.inventory(chosen.name, chosen.version, chosen.key)
