"""What a set of requirements brings: the transitive closure over Requires-Dist, for one runtime."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from deployguard.source.cache import cache_folder, read_json, write_json

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
    before = len(_known(runtime))
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
    if len(_known(runtime)) > before:
        _keep(runtime)
    return Installed(chains, frozenset(unknown))


def _applies(marker: str, extras: frozenset[str], runtime: _Environment) -> bool:
    return not marker or any(_holds(marker, extra, runtime) for extra in ("", *extras))


def _holds(marker: str, extra: str, runtime: _Environment) -> bool:
    known = _known(runtime)
    key = f"{extra} {marker}"
    if key not in known:
        from packaging.markers import Marker

        known[key] = Marker(marker).evaluate({**dict(runtime), "extra": extra})
    return known[key]


@cache
def _known(runtime: _Environment) -> dict[str, bool]:
    """The markers evaluated before for one runtime: packaging takes longer to load than a whole warm check."""
    value = read_json(_kept_at(runtime))
    return {str(key): held is True for key, held in value.items()} if isinstance(value, dict) else {}


def _keep(runtime: _Environment) -> None:
    write_json(_kept_at(runtime), _known(runtime))


def _kept_at(runtime: _Environment) -> Path:
    name = sha256(repr(sorted(runtime)).encode()).hexdigest()[:20]
    return cache_folder() / "markers" / f"{name}.json"
