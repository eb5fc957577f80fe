"""Which functions can be reached by name: a cheap over-estimate of what a service calls."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

from deployguard.imports.closure import Edge, Graph, Module, Reading
from deployguard.imports.facts import MAIN_UNIT, ModuleFacts, References, Unit
from deployguard.model.artifact import Launch

# Bases whose machinery does not call methods by names of its own.
_QUIET_BASES = {
    "object", "ABC", "Protocol", "Generic", "NamedTuple", "TypedDict", "Enum", "IntEnum", "StrEnum", "Flag", "dict",
    "list", "tuple", "set", "str", "int", "float", "Exception", "BaseException", "ValueError", "RuntimeError",
    "KeyError", "TypeError", "BaseModel", "BaseSettings", "SimpleNamespace", "UserDict",
}  # fmt: skip


def reached_units(graph: Graph, launch: Launch, reading: Reading) -> frozenset[tuple[str, int]]:
    """Return the (module, unit) pairs that code reached from the entry point mentions by name.

    A function counts as reached when its name is mentioned anywhere in reached code, as a name or an attribute, or
    when a decorator may have registered it; a special method when its class is mentioned.
    """
    return frozenset(_Reacher(graph, launch, reading).units) if graph.entry else frozenset()


class _Reacher:
    def __init__(self, graph: Graph, launch: Launch, reading: Reading) -> None:
        self.reading = reading
        reading.preload_references(module.blob for module in graph.modules.values() if module.facts)
        self.modules = graph.modules
        self.launch = launch
        self.entry = graph.entry
        self.loads = _targets(graph.edges)
        self.registered = _called_by_others(graph.modules)
        self.units: set[tuple[str, int]] = set()
        self.names: set[str] = set()
        self.beginnings: tuple[str, ...] = ()
        self.bearing: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self.waiting: deque[tuple[str, int]] = deque()
        if graph.entry is not None:
            self.start(graph.entry)
        while self.waiting:
            self.enter(*self.waiting.popleft())

    def start(self, entry: str) -> None:
        self.reach_module(entry)
        facts = self.modules[entry].facts
        if facts is None:
            return
        if self.launch.target is not None:
            self.mention([self.launch.target])
        elif self.launch.by == "functions-framework":
            self.mention(unit.name for unit in facts.units if not unit.owner)

    def reach_module(self, name: str) -> None:
        self.reach((name, 0))

    def reach(self, unit: tuple[str, int]) -> None:
        if unit not in self.units:
            self.units.add(unit)
            self.waiting.append(unit)

    def enter(self, name: str, number: int) -> None:
        for target in self.loads.get((name, number), ()):
            self.reach_module(target)
        facts = self.modules[name].facts
        if facts is None:
            return
        if number == 0:
            self.enter_module(name, facts)
        aliases = dict(facts.aliases)
        references = self.references(name)[number]
        self.mention(references)
        self.mention(aliases[reference] for reference in references if reference in aliases)

    def enter_module(self, name: str, facts: ModuleFacts) -> None:
        for number, unit in enumerate(facts.units[1:], start=1):
            if unit.name == MAIN_UNIT:
                if self.launch.runs_main and name == self.entry:
                    self.reach((name, number))
            elif unit.decorated:
                self.reach((name, number))
            else:
                bearer = self.bearer(name, unit)
                self.bearing[bearer].append((name, number))
                if bearer in self.names or bearer.startswith(self.beginnings):
                    self.reach((name, number))

    def references(self, name: str) -> References:
        module = self.modules[name]
        count = len(module.facts.units) if module.facts else 0
        return self.reading.references(module.blob) or ((),) * count

    def bearer(self, module: str, unit: Unit) -> str:
        """Return the name whose mention reaches a unit: its own, or its class's where others call it."""
        special = unit.name.startswith("__") and unit.name.endswith("__")
        if unit.owner and (special or (module, unit.owner) in self.registered):
            return unit.owner
        return unit.name

    def mention(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self.names:
                self.names.add(name)
                for unit in self.borne_by(name):
                    self.reach(unit)

    def borne_by(self, name: str) -> list[tuple[str, int]]:
        """Return what a mention reaches; `on_*` is a name that is put together, and reaches all that begin so."""
        if not name.endswith("*"):
            return self.bearing.get(name, [])
        self.beginnings += (name[:-1],)
        return [
            unit for known, units in self.bearing.items() if known.startswith(name[:-1]) for unit in units
        ]


def _targets(edges: Iterable[Edge]) -> dict[tuple[str, int], list[str]]:
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for edge in edges:
        found[edge.importer, edge.site.unit].append(edge.target)
    return found


def _called_by_others(modules: Mapping[str, Module]) -> set[tuple[str, str]]:
    """Classes with a base from outside: a framework may call their methods."""
    own = {item.name for module in modules.values() if module.facts for item in module.facts.classes}
    return {
        (name, item.name)
        for name, module in modules.items()
        if module.facts
        for item in module.facts.classes
        if any(base not in own and base not in _QUIET_BASES for base in item.bases)
    }
