"""What a set of requirements brings: the transitive closure over Requires-Dist, for one runtime."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

_Environment = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Edge:
    """One Requires-Dist: the distribution, the extras asked of it, and the marker's text ("" when always)."""

    distribution: str
    extras: frozenset[str]
    marker: str


@dataclass(frozen=True, slots=True)
class Installed:
    """What a set of requirements brings. `chains` leads from a declared distribution to each installed one.

    `unknown` holds those whose own dependencies nobody knows: what is not in `chains` may still be installed
    by one of them.
    """

    chains: Mapping[str, tuple[str, ...]]
    unknown: frozenset[str]


def installed_by(
    declared: Iterable[tuple[str, frozenset[str]]],
    environment: Mapping[str, str],
    requires_of: Callable[[str], tuple[Edge, ...] | None],
) -> Installed:
    """The closure of (normalised distribution, extras), each with a shortest chain.

    `environment` holds the runtime's marker variables (the dependency specifiers' names); one that it lacks is read
    from this interpreter. Raises packaging's InvalidMarker or UndefinedComparison for a marker that cannot be read.
    """
    runtime = frozenset(environment.items())
    chains: dict[str, tuple[str, ...]] = {}
    unknown: set[str] = set()
    asked: dict[str, frozenset[str]] = defaultdict(frozenset)
    waiting: deque[tuple[str, frozenset[str], tuple[str, ...]]] = deque()
    waiting.extend((name, extras, (name,)) for name, extras in declared)
    while waiting:
        name, extras, chain = waiting.popleft()
        if name in chains and extras <= asked[name]:
            continue
        chains.setdefault(name, chain)
        asked[name] |= extras
        edges = requires_of(name)
        if edges is None:
            unknown.add(name)
        for edge in edges or ():
            if _applies(edge.marker, asked[name], runtime):
                waiting.append((edge.distribution, edge.extras, (*chains[name], edge.distribution)))
    return Installed(chains, frozenset(unknown))


def _applies(marker: str, extras: frozenset[str], runtime: _Environment) -> bool:
    return not marker or any(_holds(marker, extra, runtime) for extra in ("", *extras))


@cache
def _holds(marker: str, extra: str, runtime: _Environment) -> bool:
    from packaging.markers import Marker

    return Marker(marker).evaluate({**dict(runtime), "extra": extra})
