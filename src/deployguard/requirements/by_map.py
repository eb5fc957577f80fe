"""The verdict on an import where the declared distributions are known by the map, and by inventories of their wheels."""

from __future__ import annotations

from collections.abc import Iterator

from deployguard.requirements.environment import Environment
from deployguard.requirements.names import begins_with, named_after, prefixes
from deployguard.requirements.provided import Declared, NotKnown, Provided, Undeclared


def judge_by_map(here: Environment, module: str) -> Provided:
    """Tell where a module comes from, by the best evidence that says something."""
    return (
        _by_inventory(here, module)
        or here.best(here.providers.providers_of(module))
        or _by_name(here, module)
        or here.as_tool(module)
        or _in_namespace(here, module)
        or _doubt(here, module)
        or Undeclared(here.candidates(module))
    )


def _by_inventory(here: Environment, module: str) -> Provided | None:
    inventories, wanted = here.inventories, set(prefixes(module))
    if inventories is None:
        return None

    def holds(name: str) -> bool:
        held = inventories.modules_of(name, here.versions.get(name, "")) or ()
        return any(not here.providers.is_namespace(each) for each in wanted.intersection(held))

    return here.best(filter(holds, here.chains))


def _by_name(here: Environment, module: str) -> Provided | None:
    """A distribution that the map does not know provides what it is named after, unless others are known to."""
    wanted = [part for part in prefixes(module) if not here.providers.is_namespace(part) or part == module]
    strange = [name for name in here.strange if name not in here.declared.followed]
    found = here.best(name for part in wanted for name in strange if named_after(name, part))
    owners = here.providers.providers_of(module)
    if isinstance(found, Declared) and owners and found.distribution not in here.local:
        return NotKnown(
            f"whether {found.distribution} has {module} is not in the map", (found.distribution,), owners
        )
    if found or owners:
        return found
    return here.best(name for name in strange if begins_with(name, module))


def _in_namespace(here: Environment, module: str) -> Provided | None:
    if not here.providers.is_namespace(module):
        return None
    below = module + "."
    return here.best(
        name
        for name in here.chains
        if any(each.startswith(below) for each in here.providers.modules_of(name) or ())
    )


def _doubt(here: Environment, module: str) -> NotKnown | None:
    for reason, unknown in _doubts(here, module, here.providers.providers_of(module)):
        return NotKnown(reason, unknown, here.candidates(module))
    return None


def _doubts(
    here: Environment, module: str, candidates: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for unknown in here.declared.unknowns:
        yield f"{unknown.place.path}: {unknown.reason}", ()
    if here.brought.unknown:
        strange = tuple(sorted(here.brought.unknown))
        yield f"what {_listed(strange)} would bring is not in the map", strange
    closed = tuple(name for name in here.strange if name not in here.local)
    if closed and not candidates:
        yield f"which modules {_listed(closed)} would bring is not in the map", closed
    yield from _other_versions(here, module, candidates)


def _other_versions(
    here: Environment, module: str, candidates: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The map knows one version of each distribution; another may have carried the module."""
    for part in prefixes(module):
        namesakes = () if candidates else tuple(name for name in here.chains if named_after(name, part))
        owners = tuple(_owners(here, part.rpartition(".")[0]))
        for name in namesakes or owners:
            yield f"another version of {name} than the one in the map may have {module}", (name,)


def _owners(here: Environment, package: str) -> Iterator[str]:
    """Installed distributions that own a package as such, so that its parts may have moved between versions."""
    for name in here.chains:
        if package and package in (here.providers.modules_of(name) or ()):
            yield name


def _listed(names: tuple[str, ...], most: int = 3) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
