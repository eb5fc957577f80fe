"""What the chosen wheels say of each other: who brings whom, what is unmet, which files collide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from deployguard.model.distribution import normalised
from deployguard.model.runtime import Runtime
from deployguard.requirements.installed import Edge, installed_by
from deployguard.requirements.resolving.inventory import Inventory
from deployguard.requirements.resolving.resolution import Clash, Unmet

if TYPE_CHECKING:
    from packaging.requirements import Requirement


def chains_among(
    inventories: Mapping[str, Inventory], roots: Iterable[tuple[str, tuple[str, ...]]], runtime: Runtime
) -> Mapping[str, tuple[str, ...]]:
    """Return the shortest chain from a declared distribution to each that it brings, as the wheels themselves say."""

    def edges(name: str) -> tuple[Edge, ...] | None:
        inventory = inventories.get(name)
        return None if inventory is None else tuple(map(_edge, _requirements(inventory)))

    asked = [(name, frozenset(extras)) for name, extras in roots]
    return installed_by(asked, runtime.marker_environment, edges).chains


def unmet_among(
    inventories: Mapping[str, Inventory],
    versions: Mapping[str, str],
    roots: Iterable[tuple[str, tuple[str, ...]]],
    runtime: Runtime,
) -> Iterator[Unmet]:
    """Yield what `pip check` would report: a requirement that is missing or installed in another version."""
    extras = dict(roots)
    for name, inventory in sorted(inventories.items()):
        for required in _requirements(inventory):
            if not _applies(required, extras.get(name, ()), runtime):
                continue
            version = versions.get(normalised(required.name))
            if version is None or not required.specifier.contains(version, prereleases=True):
                yield Unmet(
                    f"{name} {inventory.version}", str(required).partition(";")[0].strip(), version or ""
                )


def clashes_among(inventories: Mapping[str, Inventory]) -> Iterator[Clash]:
    """Yield the first module that two distributions fill with different files.

    An `__init__` that several bring is the old way to make a namespace, and no clash by itself.
    """
    owner: dict[str, tuple[str, int]] = {}
    seen: set[tuple[str, str]] = set()
    for name, inventory in sorted(inventories.items()):
        for module, checksum in inventory.modules.items():
            first, known = owner.setdefault(module, (name, checksum))
            if known != checksum and (first, name) not in seen:
                seen.add((first, name))
                yield Clash(module, first, name)


@lru_cache(maxsize=4096)
def _parsed(line: str) -> Requirement | None:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(line)
    except (InvalidRequirement, RecursionError):
        return None


def _requirements(inventory: Inventory) -> Iterator[Requirement]:
    """The lines that can be read: an old release may hold one that no tool reads any more."""
    return filter(None, map(_parsed, inventory.requires))


def _edge(required: Requirement) -> Edge:
    extras = frozenset(map(normalised, required.extras))
    return Edge(normalised(required.name), extras, str(required.marker or ""))


def _applies(required: Requirement, extras: tuple[str, ...], runtime: Runtime) -> bool:
    from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
    from packaging.version import InvalidVersion

    if required.marker is None:
        return True
    environment = runtime.marker_environment
    try:
        return any(required.marker.evaluate({**environment, "extra": extra}) for extra in ("", *extras))
    except (UndefinedComparison, UndefinedEnvironmentName, InvalidVersion):
        return False
