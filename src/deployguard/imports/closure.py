"""What runs, from the entry point on, and how each part of it is reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple, Protocol

from deployguard.imports.facts import Fault, ModuleFacts, References, Site
from deployguard.model.finding import Step
from deployguard.model.place import Place
from deployguard.model.runtime import Runtime


class Strength(IntEnum):
    """How sure it is that a chain runs, strongest first; a chain is as strong as its weakest link.

    `UNREACHED` is a function body that nothing reached mentions by name.
    """

    MODULE = 0
    LAZY = 1
    CONDITIONAL = 2
    GUARDED = 3
    UNREACHED = 4


class Reach(NamedTuple):
    """How something is reached: by the strongest chain, with what that chain passes through."""

    strength: Strength
    lazy: bool
    guarded: bool
    chain: tuple[Step, ...]

    @property
    def certain(self) -> bool:
        """Whether it stops the service: at start-up, or in code that is reached by name."""
        return self.strength in {Strength.MODULE, Strength.LAZY}


class Outside(Protocol):
    """What is known of distributions, asked by the closure and answered by the requirements."""

    def asked(self, module: str, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the modules that `from module import names` needs: a namespace has to hold each name."""
        ...

    def provides(self, module: str) -> bool | None:
        """Tell whether an installed distribution provides a dotted module; None when nobody can tell."""
        ...

    def knows(self, module: str) -> bool:
        """Tell whether any distribution, installed or not, is known to provide a dotted module."""
        ...


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the closure.

    `file` is its path in the artifact (None when it is not there, or for a namespace package), `origin` the
    repository path of its bytes and `blob` their id, `folders` its `__path__` in the artifact and `elsewhere` the repository folders that
    stand for it where the artifact lacks something. `wanted_at` is where an absent module (`present` is false) should be
    in the artifact. `facts` is None when there is no code or it cannot be read.
    """

    name: str
    file: str | None
    origin: str
    facts: ModuleFacts | None
    blob: str = ""
    folders: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    wanted_at: str = ""
    present: bool = True

    @property
    def stands_at(self) -> str | None:
        """The path in the artifact where the module is, or should be."""
        return self.file or self.wanted_at or None

    @property
    def is_package(self) -> bool:
        return bool(self.folders or self.elsewhere)


class Edge(NamedTuple):
    """`importer` loads `target` by `site`."""

    importer: str
    site: Site
    target: str
    conditional: bool = False


class Lack(NamedTuple):
    """An import that finds nothing in the artifact.

    `kind`: `module`, `name` (the module is there, `name` is not defined in it), or `relative` (no package to be
    relative to). `found_at` is the repository path that would satisfy it, `wanted_at` its path in the artifact,
    `cause` one of `absent`, `untracked`, `ignored`.
    """

    kind: str
    importer: str
    site: Site
    module: str
    name: str = ""
    found_at: str = ""
    wanted_at: str = ""
    cause: str = "absent"
    conditional: bool = False


class OutsideUse(NamedTuple):
    """An import of something that no file of the repository provides."""

    importer: str
    site: Site
    module: str
    conditional: bool = False


class Graph(NamedTuple):
    """Modules, what loads what, and what is not there."""

    entry: str | None
    modules: Mapping[str, Module]
    edges: tuple[Edge, ...]
    lacks: tuple[Lack, ...]
    outside: tuple[OutsideUse, ...]
    roots: tuple[str, ...] = ()
    uncertain_path: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """A lack with the strongest chain to it."""

    lack: Lack
    place: Place
    reach: Reach


@dataclass(frozen=True, slots=True)
class Needed:
    """A use of something outside the repository, with the strongest chain to it."""

    module: str
    place: Place
    reach: Reach


@dataclass(frozen=True, slots=True)
class DataNeed:
    """A data file that the closure reads.

    `wanted_at` is its path in the artifact (empty when it lies outside of it), `found_at` where the repository has
    it (empty when nowhere).
    """

    wanted_at: str
    found_at: str
    place: Place
    reach: Reach
    module: str


@dataclass(frozen=True, slots=True)
class Closure:
    """The whole of it, for one service. `reached_units` is empty where nothing asked for it."""

    graph: Graph
    missing: tuple[Missing, ...] = ()
    needed: tuple[Needed, ...] = ()
    data: tuple[DataNeed, ...] = ()
    reaches: Mapping[str, Reach] = field(default_factory=dict)
    reached_units: frozenset[tuple[str, int]] = frozenset()


class Reading(Protocol):
    """Facts of files by their content's id."""

    def facts(self, blob: str) -> ModuleFacts | Fault | None:
        """Return the facts; None when the content is not in this clone."""
        ...

    def references(self, blob: str) -> References:
        """Return the names that each unit of a file mentions; nothing where it cannot be read."""
        ...

    def preload_references(self, blobs: Iterable[str]) -> None:
        """Read the references of many files at once."""
        ...

    def fault(self, blob: str, runtime: Runtime) -> Fault | None:
        """Return what a runtime rejects in a file; None when it accepts it, or when this Python cannot tell."""
        ...

    def is_beyond(self, blob: str, runtime: Runtime) -> bool:
        """Tell whether a file is only readable, if at all, by a newer Python than this one."""
        ...
