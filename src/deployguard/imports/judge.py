"""From the graph to the closure: the strongest chain to everything that is needed."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from deployguard.imports.closure import (
    Closure,
    DataNeed,
    Graph,
    Missing,
    Module,
    Needed,
    Outside,
    Reach,
    Reading,
    Strength,
)
from deployguard.imports.conditions import holds
from deployguard.imports.data import artifact_path, data_uses, repository_path
from deployguard.imports.facts import MAIN_UNIT, DataUse, Site
from deployguard.imports.finder import Finder
from deployguard.imports.follow import graph_of
from deployguard.imports.reach import reached_units
from deployguard.model.artifact import Artifact
from deployguard.model.finding import Step
from deployguard.model.place import Place
from deployguard.source.links import Resolved, resolve
from deployguard.source.tree import SourceTree

_START = Reach(Strength.MODULE, False, False, ())
_T = TypeVar("_T", Missing, Needed, DataNeed)


def closure_of(
    tree: SourceTree, artifact: Artifact, source: str, reading: Reading, outside: Outside
) -> Closure:
    """Compute what a service runs, and everything it needs that is or is not there.

    Which functions are reached by name is costly to tell: where nothing lacks, all of them count as unreached.
    """
    graph = graph_of(tree, artifact, source, reading, outside)
    return _Judge(tree, artifact, graph, reading, outside).closure()


def graded_closure_of(
    tree: SourceTree, artifact: Artifact, source: str, reading: Reading, outside: Outside
) -> Closure:
    """Compute what a service runs, as `closure_of`, and tell in any case what is reached by name."""
    graph = graph_of(tree, artifact, source, reading, outside)
    return _Grader(tree, artifact, graph, reading, outside).closure()


class _Spot(NamedTuple):
    """How a piece of code runs within its own module."""

    strength: Strength
    context: str


class _DataLack(NamedTuple):
    """A path that a module computes and the artifact does not have."""

    module: Module
    use: DataUse
    conditional: bool
    wanted: str
    found_at: str


class _Judge:
    def __init__(
        self, tree: SourceTree, artifact: Artifact, graph: Graph, reading: Reading, outside: Outside
    ) -> None:
        self.tree = tree
        self.artifact = artifact
        self.graph = graph
        self.data_lacks = tuple(self.lacking_data())
        self.outside = outside
        self.units = reached_units(graph, artifact.launch, reading) if self.grades() else frozenset()
        self.reaches = self.strongest_chains()

    def closure(self) -> Closure:
        return Closure(self.graph, self.missing(), self.needed(), self.data(), self.reaches, self.units)

    def grades(self) -> bool:
        """Whether something asks if code that is not run at start-up is reached."""
        return bool(self.data_lacks or self.graph.lacks or self.doubts() or self.runs_programs())

    def doubts(self) -> bool:
        return not all(self.outside.provides(use.module) for use in self.graph.outside)

    def runs_programs(self) -> bool:
        return any(module.facts.programs for module in self.graph.modules.values() if module.facts)

    def strongest_chains(self) -> dict[str, Reach]:
        """Dijkstra over (weakest link, length): both only grow along a chain."""
        outgoing = defaultdict(list)
        for edge in self.graph.edges:
            outgoing[edge.importer].append(edge)
        reaches: dict[str, Reach] = {}
        queue: list[tuple[int, int, int, str, Reach]] = []
        count = 0
        if self.graph.entry is not None:
            heapq.heappush(queue, (0, 0, 0, self.graph.entry, _START))
        while queue:
            _, _, _, name, reach = heapq.heappop(queue)
            if name in reaches:
                continue
            reaches[name] = reach
            for edge in outgoing[name]:
                if edge.target not in reaches:
                    count += 1
                    longer = self.extend(reach, name, edge.site, edge.conditional, edge.target)
                    heapq.heappush(queue, (longer.strength, len(longer.chain), count, edge.target, longer))
        return reaches

    def spot(self, module: Module, unit: int, guarded: bool, conditional: bool) -> _Spot:
        if guarded:
            return _Spot(Strength.GUARDED, "guarded")
        name = module.facts.units[unit].name if module.facts else ""
        if unit == 0 or name == MAIN_UNIT:
            return _Spot(
                Strength.CONDITIONAL if conditional else Strength.MODULE, "main" if unit else "module"
            )
        return _Spot(Strength.LAZY if (module.name, unit) in self.units else Strength.UNREACHED, "lazy")

    def through(self, reach: Reach, spot: _Spot, chain: tuple[Step, ...]) -> Reach:
        return Reach(
            max(reach.strength, spot.strength),
            reach.lazy or spot.context == "lazy",
            reach.guarded or spot.context == "guarded",
            chain,
        )

    def extend(self, reach: Reach, name: str, site: Site, conditional: bool, target: str) -> Reach:
        module = self.graph.modules[name]
        spot = self.spot(module, site.unit, _is_guarded(site), conditional)
        return self.through(reach, spot, (*reach.chain, Step(module.origin, site.line, target, spot.context)))

    def at(self, importer: str, site: Site, conditional: bool) -> tuple[Place, Reach] | None:
        reach = self.reaches.get(importer)
        if reach is None:
            return None
        module = self.graph.modules[importer]
        spot = self.spot(module, site.unit, _is_guarded(site), conditional)
        return Place(module.origin, site.line), self.through(reach, spot, reach.chain)

    def missing(self) -> tuple[Missing, ...]:
        found: list[Missing] = []
        for lack in self.graph.lacks:
            at = self.at(lack.importer, lack.site, lack.conditional)
            if at is not None:
                found.append(Missing(lack, *at))
        return _strongest(found, lambda item: (item.lack.kind, item.lack.module, item.lack.name))

    def needed(self) -> tuple[Needed, ...]:
        found: list[Needed] = []
        for use in self.graph.outside:
            at = self.at(use.importer, use.site, use.conditional)
            if at is not None:
                found.append(Needed(use.module, *at))
        return _strongest(found, lambda item: item.module)

    def lacking_data(self) -> Iterator[_DataLack]:
        finder = Finder(self.artifact.files, self.graph.roots)
        for module in self.graph.modules.values():
            for use in data_uses(module):
                runs = holds(use.when, self.artifact.runtime, self.artifact.launch.runs_main)
                wanted = artifact_path(use.path, module.stands_at, finder) if module.stands_at else None
                there = wanted is not None and (wanted in finder.files or finder.is_folder(wanted))
                here = repository_path(use.path, module)
                at = here if here is not None and self.is_in_the_repository(here) else ""
                if runs is not False and not there and (at or (use.use == "read" and module.present)):
                    yield _DataLack(module, use, runs is None, wanted or "", at)

    def data(self) -> tuple[DataNeed, ...]:
        found: list[DataNeed] = []
        for module, use, conditional, wanted, at in self.data_lacks:
            reach = self.reaches.get(module.name)
            if reach is None:
                continue
            spot = self.spot(module, use.unit, use.guarded, conditional)
            if use.use == "mention" and spot.strength is Strength.MODULE:
                spot = spot._replace(strength=Strength.CONDITIONAL)
            if at or spot.strength in {Strength.MODULE, Strength.LAZY}:
                place = Place(module.origin, use.line)
                found.append(DataNeed(wanted, at, place, self.through(reach, spot, reach.chain), module.name))
        return _strongest(found, lambda item: (item.wanted_at, item.found_at))

    def is_in_the_repository(self, path: str) -> bool:
        return isinstance(resolve(self.tree, path), Resolved) or self.tree.untracked(path) is not None


class _Grader(_Judge):
    def grades(self) -> bool:
        return True


def _strongest(found: Iterable[_T], key: Callable[[_T], Hashable]) -> tuple[_T, ...]:
    best: dict[Hashable, _T] = {}
    for item in found:
        known = best.get(key(item))
        if known is None or _rank(item) < _rank(known):
            best[key(item)] = item
    return tuple(best.values())


def _rank(item: Missing | Needed | DataNeed) -> tuple[int, int, Place]:
    return (item.reach.strength, len(item.reach.chain), item.place)


def _is_guarded(site: Site) -> bool:
    return any(guard.part == "body" for guard in site.guards)
