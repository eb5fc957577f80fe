"""From an explicit list and folders of wheels to one entry per distribution."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tools.map.by_hand import Declared, layout_from
from tools.map.ownership import owned
from tools.map.wheels import Edge, Facts, Wheel, facts_of


@dataclass(frozen=True, slots=True)
class Entry:
    """What the map says of one distribution; `requires` is None where its dependencies are not known."""

    version: str
    modules: tuple[str, ...]
    requires: tuple[Edge, ...] | None


@dataclass(frozen=True, slots=True)
class Survey:
    """The map's entries, and what could not be had: `absent` by name, `empty` having no module at all."""

    entries: Mapping[str, Entry]
    listed: int
    closed_over: int
    by_hand: int
    absent: tuple[str, ...]
    empty: tuple[str, ...]


def survey(
    names: Iterable[str], wheels: Mapping[str, tuple[Wheel, ...]], declared: Mapping[str, Declared], most: int
) -> Survey:
    """Reads the listed distributions and what they require, at most `most` in all.

    A wheel beats a declaration, unless it holds no module.
    """
    listed = sorted(set(names))
    facts, absent = _read(listed, wheels, most)
    bare = {name for name, found in facts.items() if not any(one.layout for one in found)}
    hand = {name: one for name, one in declared.items() if name not in facts or name in bare}
    modules = owned(
        {name: [one.layout for one in found] for name, found in facts.items()}
        | {name: [layout_from(one.modules)] for name, one in hand.items()}
    )
    told = {name: Entry("", modules[name], _sorted(one.requires)) for name, one in hand.items()}
    read = {name: _entry(wheels[name], modules[name], found) for name, found in facts.items()}
    return Survey(
        entries=told | read,
        listed=len(listed),
        closed_over=len(facts.keys() - set(listed)),
        by_hand=len(hand.keys() - facts.keys()),
        absent=tuple(sorted(absent - hand.keys())),
        empty=tuple(sorted(name for name in read if not modules[name])),
    )


def _read(
    listed: Iterable[str], wheels: Mapping[str, tuple[Wheel, ...]], most: int
) -> tuple[dict[str, list[Facts]], set[str]]:
    facts: dict[str, list[Facts]] = {}
    absent: set[str] = set()
    waiting = deque(listed)
    while waiting and len(facts) < most:
        name = waiting.popleft()
        if name in facts:
            continue
        if name not in wheels:
            absent.add(name)
            continue
        facts[name] = [facts_of(wheel) for wheel in wheels[name]]
        waiting.extend(sorted(_plainly_required(facts[name])))
    return facts, absent


def _plainly_required(facts: Iterable[Facts]) -> set[str]:
    return {name for one in facts for name, _, marker in one.requires if "extra" not in marker}


def _entry(wheels: tuple[Wheel, ...], modules: tuple[str, ...], facts: Iterable[Facts]) -> Entry:
    edges = frozenset(edge for one in facts for edge in one.requires)
    return Entry(str(wheels[0].version), modules, _sorted(edges))


def _sorted(edges: frozenset[Edge] | None) -> tuple[Edge, ...] | None:
    return None if edges is None else tuple(sorted(edges))
