"""What is installed beside a service's code, as far as it can be told without installing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from deployguard.model.runtime import Runtime
from deployguard.requirements.declared import DeclaredSet
from deployguard.requirements.evidence import Brought, Inventories, Providers
from deployguard.requirements.provided import BASE_IMAGE, Declared, NotKnown, Transitive
from deployguard.requirements.resolving.files import InstalledFiles

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


@dataclass(frozen=True)
class Environment:
    """The distributions that a service declares, and what is known of them.

    `files` are those of the very wheels that get installed, where the set was resolved; `elsewhere` names the
    distributions of other services that hold a module.
    """

    declared: DeclaredSet
    providers: Providers
    runtime: Runtime
    inventories: Inventories | None = None
    files: InstalledFiles | None = None
    elsewhere: Callable[[str], tuple[str, ...]] = lambda _: ()

    @cached_property
    def chains(self) -> Mapping[str, tuple[str, ...]]:
        """Every distribution known to be installed, with the chain from a declared one."""
        locked = {each.name: each.chain for each in self.declared.locked}
        own = {name: (name,) for name in self._named}
        brought = self.brought.chains if self.files is None else self.files.chains
        return {**brought, **locked, **own}

    @property
    def knows_every_name(self) -> bool:
        """Whether `chains` names all that gets installed."""
        if self.files is not None:
            return not self.files.unasked
        return not self.declared.unknowns and not self.brought.unknown

    @cached_property
    def brought(self) -> Brought:
        """What the map says that the declared requirements bring."""
        known = {each.name for each in self.declared.locked} | self.local
        asked = [] if self.declared.complete else self.declared.requirements
        pairs = [(each.name, frozenset(each.extras)) for each in asked if each.name not in known]
        pairs += [(name, frozenset()) for name in self.declared.implied]
        return self.providers.installed_by(pairs, self.runtime.marker_environment)

    @cached_property
    def local(self) -> frozenset[str]:
        """Projects of the repository: what they require is read, and their modules are followed as files."""
        return frozenset(each.name for each in self.declared.requirements if each.source == "local")

    @cached_property
    def strange(self) -> tuple[str, ...]:
        """Installed distributions whose modules the map does not know."""
        return tuple(name for name in self.chains if self.providers.modules_of(name) is None)

    @cached_property
    def versions(self) -> Mapping[str, str]:
        """The version of each distribution that is pinned or locked."""
        pinned = ((each.name, _PINNED.match(each.specifier)) for each in self.declared.requirements)
        locked = {each.name: each.version for each in self.declared.locked}
        return {**{name: match[1] for name, match in pinned if match}, **locked}

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

    def best(self, distributions: Iterable[str]) -> Declared | Transitive | None:
        """Return the answer for those that are installed, None when none is; a declared one is preferred."""
        found = [name for name in distributions if name in self.chains]
        return self._answer(min(found, key=lambda name: len(self.chains[name]) > 1)) if found else None

    def as_tool(self, module: str) -> Declared | Transitive | NotKnown | None:
        """Return the answer for what the images of Python carry beside what is declared, None for all else."""
        tool = _TOOLS.get(module.partition(".")[0])
        if tool is None:
            return None
        if tool in self.chains:
            return self._answer(tool)
        if self.runtime < _TOOLS_LEAVE:
            return Transitive(tool, (BASE_IMAGE,))
        return NotKnown(f"whether {BASE_IMAGE} of Python {self.runtime.version} carries {tool}", (), (tool,))

    @cached_property
    def _named(self) -> tuple[str, ...]:
        names = (requirement.name for requirement in self.declared.requirements)
        return tuple(dict.fromkeys((*names, *self.declared.implied)))

    def _answer(self, distribution: str) -> Declared | Transitive:
        chain = self.chains[distribution]
        return Declared(distribution) if len(chain) == 1 else Transitive(distribution, chain[:-1])
