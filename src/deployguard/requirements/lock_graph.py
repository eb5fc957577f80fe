"""What a lock file installs on a runtime: everything that its roots reach."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from deployguard.model.runtime import Runtime
from deployguard.requirements.declared import Locked
from deployguard.requirements.markers import UnreadableMarkerError, holds


class Edge(NamedTuple):
    """A dependency: `version` is `""` where the lock does not say which."""

    name: str
    version: str = ""
    extras: tuple[str, ...] = ()
    marker: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A locked distribution; `extras` are the edges that an extra (or a group, of a project) adds."""

    name: str
    version: str
    edges: tuple[Edge, ...] = ()
    extras: Mapping[str, tuple[Edge, ...]] = field(default_factory=dict)
    markers: tuple[str, ...] = ()


def reached(nodes: Iterable[Node], roots: Iterable[Edge], runtime: Runtime) -> dict[str, Locked]:
    """Follow edges whose markers hold; each distribution with a shortest chain from a root."""
    by_name: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        by_name[node.name].append(node)
    found: dict[str, Locked] = {}
    asked: dict[tuple[str, str], set[str]] = {}
    waiting: deque[tuple[Edge, tuple[str, ...]]] = deque((edge, ()) for edge in roots)
    while waiting:
        edge, before = waiting.popleft()
        if not _applies(edge.marker, runtime):
            continue
        chain = (*before, edge.name)
        for node in _chosen(by_name[edge.name], edge, runtime):
            known = asked.get((node.name, node.version))
            if known is not None and known.issuperset(edge.extras):
                continue
            asked[node.name, node.version] = (known or set()) | set(edge.extras)
            locked = found.setdefault(node.name, Locked(node.name, node.version, chain))
            waiting.extend((further, locked.chain) for further in _edges(node, edge.extras))
    return found


def _edges(node: Node, extras: Iterable[str]) -> Iterator[Edge]:
    yield from node.edges
    for extra in extras:
        yield from node.extras.get(extra, ())


def _chosen(nodes: list[Node], edge: Edge, runtime: Runtime) -> list[Node]:
    exact = [node for node in nodes if node.version == edge.version] if edge.version else nodes
    fitting = [
        node for node in exact if not node.markers or any(_applies(each, runtime) for each in node.markers)
    ]
    return fitting or exact


def _applies(marker: str, runtime: Runtime) -> bool:
    """Whether an edge counts; one that cannot be told does: too much installed is a lesser error than too little."""
    if "extra ==" in marker or "extra !=" in marker:  # uv's own encoding of conflicting extras
        return True
    try:
        return holds(marker, runtime)
    except UnreadableMarkerError:
        return True
