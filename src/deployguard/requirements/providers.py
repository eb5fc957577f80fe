"""Which distribution provides a module, and what a distribution brings with it: the reader of the shipped map.

Names are normalised (PEP 503); pure namespaces (PEP 420) have no owner. The map is data: map.json, made from wheels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TypedDict

from deployguard.requirements.installed import Edge, Installed, installed_by


class _Record(TypedDict):
    version: str
    modules: list[str]
    requires: list[list[str]] | None


@dataclass(frozen=True)
class ProviderMap:
    """The map of module prefixes to distributions, with dependency edges."""

    records: Mapping[str, _Record]
    prefer: Mapping[str, list[str]]

    @classmethod
    def load(cls) -> ProviderMap:
        """The map that is shipped with this package; read once per process."""
        return _shipped()

    def providers_of(self, module: str) -> tuple[str, ...]:
        """The owners of the longest prefix of a dotted module, the usual one first; () for what nobody owns.

        A nested namespace below which all is one distribution's (`google.longrunning`) counts as that one's.
        """
        owned = (self._owners[prefix] for prefix in _prefixes(module) if prefix in self._owners)
        return next(owned, ()) or self._namespaces.get(module, ())

    def is_namespace(self, module: str) -> bool:
        """Whether modules live below this name though nobody owns it (`google`, `google.cloud`)."""
        return module in self._namespaces and not self.providers_of(module)

    def modules_of(self, distribution: str) -> tuple[str, ...] | None:
        """The minimal prefixes that a distribution owns; None when it is not in the map."""
        record = self.records.get(distribution)
        return None if record is None else tuple(record["modules"])

    def taught(self, modules: Mapping[str, Iterable[str]]) -> ProviderMap:
        """Return a map that also knows these modules, each with the normalised names of distributions that own it."""
        records = dict(self.records)
        for module, names in modules.items():
            for name in names:
                known = records.get(name, _Record(version="", modules=[], requires=None))
                records[name] = _Record(
                    version=known["version"], modules=[*known["modules"], module], requires=known["requires"]
                )
        return ProviderMap(
            records, {**self.prefer, **{module: list(names) for module, names in modules.items()}}
        )

    def requires_of(self, distribution: str) -> tuple[Edge, ...] | None:
        """What a distribution requires, over all versions in the map; None when the map does not know."""
        record = self.records.get(distribution)
        if record is None or record["requires"] is None:
            return None
        return tuple(Edge(name, _extras(extras), marker) for name, extras, marker in record["requires"])

    def installed_by(
        self, declared: Iterable[tuple[str, frozenset[str]]], environment: Mapping[str, str]
    ) -> Installed:
        """The transitive closure of (normalised distribution, extras); see `deployguard.requirements.installed`."""
        return installed_by(declared, environment, self.requires_of)

    @cached_property
    def _owners(self) -> dict[str, tuple[str, ...]]:
        owners: dict[str, list[str]] = defaultdict(list)
        for name, record in self.records.items():
            for module in record["modules"]:
                owners[module].append(name)
        return {module: self._usual_first(module, names) for module, names in owners.items()}

    def _usual_first(self, module: str, names: list[str]) -> tuple[str, ...]:
        order = self.prefer.get(module, [])
        own = module.replace(".", "-").replace("_", "-").lower()
        return tuple(
            sorted(
                names,
                key=lambda name: (order.index(name) if name in order else len(order), name != own, name),
            )
        )

    @cached_property
    def _namespaces(self) -> dict[str, tuple[str, ...]]:
        below: dict[str, set[str]] = defaultdict(set)
        for module, names in self._owners.items():
            for parent in _prefixes(module.rpartition(".")[0]):
                below[parent].update(names)
        return {parent: self._named_after(parent, names) for parent, names in below.items()}

    def _named_after(self, namespace: str, names: set[str]) -> tuple[str, ...]:
        if namespace in self.prefer:
            return tuple(self.prefer[namespace])
        return tuple(names) if len(names) == 1 and "." in namespace else ()


@cache
def _shipped() -> ProviderMap:
    import json
    import pkgutil  # importlib.resources would load zipfile and more

    content = json.loads(pkgutil.get_data("deployguard.requirements", "map.json") or b"")
    return ProviderMap(content["distributions"], content["prefer"])


def _prefixes(module: str) -> Iterator[str]:
    while module:
        yield module
        module = module.rpartition(".")[0]


def _extras(text: str) -> frozenset[str]:
    return frozenset(text.split(",")) if text else frozenset()
