"""Which declared distribution provides a module: the verdict on one import.

Evidence, best first: inventories of the very wheels, the shipped map, the same name. A false "undeclared" blocks a commit
that would have run, so whatever leaves room for doubt is `NotKnown`, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from deployguard.model.runtime import Runtime
from deployguard.requirements.declared import DeclaredSet
from deployguard.requirements.names import begins_with, named_after, prefixes

if TYPE_CHECKING:
    from deployguard.requirements.resolving.files import InstalledFiles

BASE_IMAGE = "the base image"
_PINNED = re.compile(r"={2,3}([^,*]+)$")
# What Python's own images carry; setuptools went with 3.12, and distutils left the standard library for it.
_TOOLS = {
    "pip": "pip",
    "wheel": "wheel",
    "setuptools": "setuptools",
    "pkg_resources": "setuptools",
    "_distutils_hack": "setuptools",
    "distutils": "setuptools",
}
_TOOLS_LEAVE = Runtime(3, 12)


class Closure(Protocol):
    """What requirements bring: a chain from a declared distribution to each; `unknown` have dependencies unknown."""

    @property
    def chains(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def unknown(self) -> frozenset[str]: ...


class Providers(Protocol):
    """The map of modules to distributions. All distribution names are normalised."""

    def providers_of(self, module: str) -> tuple[str, ...]:
        """Owners of the longest known prefix, the usual one first; () when nobody owns it."""
        ...

    def is_namespace(self, module: str) -> bool:
        """Whether several distributions have modules below this name and none owns it."""
        ...

    def modules_of(self, distribution: str) -> tuple[str, ...] | None:
        """The prefixes that a distribution owns; None when the map does not know it."""
        ...

    def installed_by(
        self, declared: Iterable[tuple[str, frozenset[str]]], environment: Mapping[str, str]
    ) -> Closure:
        """The transitive closure of (distribution, extras) under the markers' variables."""
        ...


class Inventories(Protocol):
    """Full module lists, read from the wheels themselves."""

    def modules_of(self, distribution: str, version: str) -> tuple[str, ...] | None:
        """Every dotted module of that version (`""`: the one that resolves); None when not at hand."""
        ...


@dataclass(frozen=True, slots=True)
class Declared:
    """A requirement names a distribution that provides the module."""

    distribution: str


@dataclass(frozen=True, slots=True)
class Transitive:
    """Only installed because something else needs it; `brought_by` is the chain, from a declared distribution."""

    distribution: str
    brought_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Undeclared:
    """Nothing that is installed has the module. `candidates` would; () when no distribution is known to."""

    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotKnown:
    """It cannot be told: `reason`, and the `unknown` distributions that stand in the way."""

    reason: str
    unknown: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()


Provided = Declared | Transitive | Undeclared | NotKnown


@dataclass(frozen=True)
class Environment:
    """What is installed beside a service's code, as far as it can be told without installing.

    `files` are those of the very wheels that get installed, where the set was resolved; `elsewhere` names the
    distributions of other services that hold a module.
    """

    declared: DeclaredSet
    providers: Providers
    runtime: Runtime
    inventories: Inventories | None = None
    files: InstalledFiles | None = None
    elsewhere: Callable[[str], tuple[str, ...]] = lambda _: ()

    def judge(self, module: str) -> Provided:
        """Tell where a dotted module comes from. The caller has set aside the standard library and local modules."""
        if self.files is not None:
            from deployguard.requirements.by_files import judge_by_files

            return judge_by_files(self, self.files, module)
        return (
            self._by_inventory(module)
            or self._by_map(module)
            or self._by_name(module)
            or self.as_tool(module)
            or self._in_namespace(module)
            or self._doubt(module)
            or Undeclared(self.candidates(module))
        )

    def candidates(self, module: str) -> tuple[str, ...]:
        """What would provide a module: what other services install for it first, among those that the map names."""
        known, used = self.providers.providers_of(module), self.elsewhere(module)
        both = [name for name in used if name in known]
        return tuple(dict.fromkeys((*both, *known, *used)))

    def is_namespace(self, module: str) -> bool:
        """Whether modules of several distributions may live below this name, and none owns it."""
        if self.files is not None and self.files.having(module, self.providers.providers_of(module)):
            return self.files.is_namespace(module)
        return self.providers.is_namespace(module)

    @cached_property
    def chains(self) -> Mapping[str, tuple[str, ...]]:
        """Every distribution known to be installed, with the chain from a declared one."""
        locked = {each.name: each.chain for each in self.declared.locked}
        own = {name: (name,) for name in self._named}
        brought = self._closure.chains if self.files is None else self.files.chains
        return {**brought, **locked, **own}

    @property
    def knows_every_name(self) -> bool:
        """Whether `chains` names all that gets installed."""
        if self.files is not None:
            return not self.files.unasked
        return not self.declared.unknowns and not self._closure.unknown

    @cached_property
    def _named(self) -> tuple[str, ...]:
        names = (requirement.name for requirement in self.declared.requirements)
        return tuple(dict.fromkeys((*names, *self.declared.implied)))

    @cached_property
    def _closure(self) -> Closure:
        known = {each.name for each in self.declared.locked} | self._local
        asked = [] if self.declared.complete else self.declared.requirements
        pairs = [(each.name, frozenset(each.extras)) for each in asked if each.name not in known]
        pairs += [(name, frozenset()) for name in self.declared.implied]
        return self.providers.installed_by(pairs, self.runtime.marker_environment)

    @cached_property
    def _local(self) -> frozenset[str]:
        """Projects of the repository: what they require is read, and their modules are followed as files."""
        return frozenset(each.name for each in self.declared.requirements if each.source == "local")

    @cached_property
    def _strange(self) -> tuple[str, ...]:
        """Installed distributions whose modules the map does not know."""
        return tuple(name for name in self.chains if self.providers.modules_of(name) is None)

    def _verdict(self, distribution: str) -> Declared | Transitive:
        chain = self.chains[distribution]
        return Declared(distribution) if len(chain) == 1 else Transitive(distribution, chain[:-1])

    def best(self, distributions: Iterable[str]) -> Declared | Transitive | None:
        """The verdict on those that are installed; a declared one is preferred."""
        found = [name for name in distributions if name in self.chains]
        return self._verdict(min(found, key=lambda name: len(self.chains[name]) > 1)) if found else None

    def _by_inventory(self, module: str) -> Provided | None:
        if self.inventories is None:
            return None
        wanted = set(prefixes(module))
        return self.best(name for name in self.chains if wanted & set(self._inventory(name)))

    def _inventory(self, distribution: str) -> tuple[str, ...]:
        if self.inventories is None:
            return ()
        modules = self.inventories.modules_of(distribution, self._versions.get(distribution, "")) or ()
        return tuple(module for module in modules if not self.providers.is_namespace(module))

    @cached_property
    def _versions(self) -> Mapping[str, str]:
        pinned = ((each.name, _PINNED.match(each.specifier)) for each in self.declared.requirements)
        locked = {each.name: each.version for each in self.declared.locked}
        return {**{name: match[1] for name, match in pinned if match}, **locked}

    def _by_map(self, module: str) -> Provided | None:
        return self.best(self.providers.providers_of(module))

    def _by_name(self, module: str) -> Provided | None:
        """A distribution that the map does not know provides what it is named after, unless others are known to."""
        wanted = [
            part for part in prefixes(module) if not self.providers.is_namespace(part) or part == module
        ]
        exact = (name for part in wanted for name in self._strange if named_after(name, part))
        found = self.best(exact)
        owners = self.providers.providers_of(module)
        if isinstance(found, Declared) and owners and found.distribution not in self._local:
            return NotKnown(
                f"whether {found.distribution} has {module} is not in the map", (found.distribution,), owners
            )
        if found or owners:
            return found
        return self.best(name for name in self._strange if begins_with(name, module))

    def as_tool(self, module: str) -> Provided | None:
        """What the images of Python carry beside what is declared."""
        tool = _TOOLS.get(module.partition(".")[0])
        if tool is None:
            return None
        if tool in self.chains:
            return self._verdict(tool)
        if self.runtime < _TOOLS_LEAVE:
            return Transitive(tool, (BASE_IMAGE,))
        return NotKnown(f"whether {BASE_IMAGE} of Python {self.runtime.version} carries {tool}", (), (tool,))

    def _in_namespace(self, module: str) -> Provided | None:
        if not self.providers.is_namespace(module):
            return None
        below = module + "."
        return self.best(
            name
            for name in self.chains
            if any(each.startswith(below) for each in self.providers.modules_of(name) or ())
        )

    def _doubt(self, module: str) -> NotKnown | None:
        for reason, unknown in self._doubts(module, self.providers.providers_of(module)):
            return NotKnown(reason, unknown, self.candidates(module))
        return None

    def _doubts(self, module: str, candidates: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
        for unknown in self.declared.unknowns:
            yield f"{unknown.place.path}: {unknown.reason}", ()
        if self._closure.unknown:
            strange = tuple(sorted(self._closure.unknown))
            yield f"what {_listed(strange)} would bring is not in the map", strange
        closed = tuple(name for name in self._strange if name not in self._local)
        if closed and not candidates:
            yield f"which modules {_listed(closed)} would bring is not in the map", closed
        yield from self._other_versions(module, candidates)

    def _other_versions(
        self, module: str, candidates: tuple[str, ...]
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The map knows one version of each distribution; another may have carried the module."""
        for part in prefixes(module):
            namesakes = () if candidates else tuple(name for name in self.chains if named_after(name, part))
            owners = tuple(self._owners(part.rpartition(".")[0]))
            for name in namesakes or owners:
                yield f"another version of {name} than the one in the map may have {module}", (name,)

    def _owners(self, package: str) -> Iterator[str]:
        """Installed distributions that own a package as such, so that its parts may have moved between versions."""
        for name in self.chains:
            if package and package in (self.providers.modules_of(name) or ()):
                yield name


def _listed(names: tuple[str, ...], most: int = 3) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
