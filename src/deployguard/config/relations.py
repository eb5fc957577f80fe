"""What must agree between several values of the configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deployguard.config.faults import Fault
from deployguard.config.values import include_of
from deployguard.model.service import Include

_LAST_STEP = 100


def disagreements(services: Mapping[str, Mapping[str, object]]) -> Iterator[Fault]:
    """Yield the faults of services that are well-formed one by one."""
    for name, table in services.items():
        yield from _canary(name, table)
        yield from _collisions(name, table)
    yield from _circles(services)


def _canary(name: str, table: Mapping[str, object]) -> Iterator[Fault]:
    steps = table.get("canary")
    if isinstance(steps, list) and steps and (sorted(set(steps)) != steps or steps[-1] != _LAST_STEP):
        yield Fault(("services", name, "canary"), "the steps must rise, and end with 100")


def _collisions(name: str, table: Mapping[str, object]) -> Iterator[Fault]:
    given = table.get("include")
    taken: dict[str, Include] = {}
    for index, value in enumerate(given if isinstance(given, list) else ()):
        include = include_of(value)
        other = taken.setdefault(include.to, include)
        if other is not include and include.to != ".":
            at = ("services", name, "include", index)
            yield Fault(at, f"`{include.to}` is already where `{other.source}` arrives")


def _circles(services: Mapping[str, Mapping[str, object]]) -> Iterator[Fault]:
    """A service that waits for itself, by whatever way, could never be deployed."""
    waits = {name: table.get("after") for name, table in services.items()}
    before = {name: tuple(given) if isinstance(given, list) else () for name, given in waits.items()}
    blocked = dict(before)
    while free := [name for name, others in blocked.items() if not any(other in blocked for other in others)]:
        for name in free:
            del blocked[name]
    for name in blocked:
        yield from _circle_through(name, before, set(blocked))


def _circle_through(name: str, before: Mapping[str, tuple[str, ...]], blocked: set[str]) -> Iterator[Fault]:
    path, at = [name], name
    while at not in path[:-1]:
        at = next(other for other in before[at] if other in blocked)
        path.append(at)
    if at == name and name == min(path):
        yield Fault(("services", name, "after"), "a circle: " + " after ".join(f"`{step}`" for step in path))
