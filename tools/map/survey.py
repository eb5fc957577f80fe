"""From an explicit list and folders of wheels to one entry per distribution."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from packaging.version import Version

from tools.map.by_hand import Declared, layout_from
from tools.map.ownership import Layout, owned
from tools.map.wheels import Edge, Facts, Wheel, facts_of


@dataclass(frozen=True, slots=True)
class Entry:
    """What the map says of one distribution; `requires` is None where its dependencies are not known."""

    version: str
    modules: tuple[str, ...]
    requires: tuple[Edge, ...] | None


@dataclass(frozen=True, slots=True)
class Survey:
    """The map's entries, and what could not be had: `absent` by name, `empty` having no module at all.

    `kept` counts the entries that an earlier map had read from a wheel that is no longer at hand.
    """

    entries: Mapping[str, Entry]
    listed: int
    closed_over: int
    by_hand: int
    kept: int
    absent: tuple[str, ...]
    empty: tuple[str, ...]


def survey(
    names: Iterable[str],
    wheels: Mapping[str, tuple[Wheel, ...]],
    declared: Mapping[str, Declared],
    most: int,
    earlier: Mapping[str, Entry] | None = None,
) -> Survey:
    """Reads the listed distributions and what they require, at most `most` in all.

    A wheel beats a declaration, unless it holds no module. What an `earlier` map read from a wheel stays until a newer
    wheel is read: that of a later major release is joined to it, as `chosen` joins majors.
    """
    listed = sorted(set(names))
    old = {name: entry for name, entry in (earlier or {}).items() if entry.version}
    newer = {name: found for name, found in wheels.items() if name not in old or _is_newer(found, old[name])}
    facts, absent = _read(listed, newer, most)
    bare = {name for name, found in facts.items() if not any(one.layout for one in found)}
    kept = {
        name: entry for name, entry in old.items() if name not in facts or not _replaced(newer[name], entry)
    }
    hand = {name: one for name, one in declared.items() if name in bare or name not in facts | kept}
    modules = owned(_layouts(facts, kept, hand))
    read = {name: _entry(newer[name], modules[name], found) for name, found in facts.items()}
    joined = {name: _joined(entry, read.get(name), modules[name]) for name, entry in kept.items()}
    told = {name: Entry("", modules[name], _sorted(one.requires)) for name, one in hand.items()}
    return Survey(
        entries=told | read | joined,
        listed=len(listed),
        closed_over=len(facts.keys() - set(listed)),
        by_hand=len(hand.keys() - facts.keys()),
        kept=len(kept.keys() - facts.keys()),
        absent=tuple(sorted(absent - hand.keys() - kept.keys())),
        empty=tuple(sorted(name for name in read if not modules[name])),
    )


def _is_newer(found: tuple[Wheel, ...], entry: Entry) -> bool:
    return found[0].version > Version(entry.version)


def _replaced(found: tuple[Wheel, ...], entry: Entry) -> bool:
    return any(wheel.version.major == Version(entry.version).major for wheel in found)


def _layouts(
    facts: Mapping[str, list[Facts]], kept: Mapping[str, Entry], hand: Mapping[str, Declared]
) -> dict[str, list[Layout]]:
    layouts: dict[str, list[Layout]] = defaultdict(list)
    for name, found in facts.items():
        layouts[name] += (one.layout for one in found)
    told: list[tuple[str, Declared | Entry]] = [*hand.items(), *kept.items()]
    for name, one in told:
        layouts[name].append(layout_from(one.modules))
    return layouts


def _joined(entry: Entry, read: Entry | None, modules: tuple[str, ...]) -> Entry:
    if read is None:
        return Entry(entry.version, modules, entry.requires)
    edges = frozenset((*(entry.requires or ()), *(read.requires or ())))
    return Entry(read.version, modules, _sorted(edges))


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
