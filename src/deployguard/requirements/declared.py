"""What a service declares, and what of it is known to be installed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from deployguard.model.artifact import Unknown
from deployguard.model.place import Place
from deployguard.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Requirement:
    """One declared distribution.

    `name` and `extras` are normalised; `specifier` is the constraint as written; `text` the requirement alone, as
    written; `raw` the whole logical line. `source`: `requirements`, `direct`, `project`, `poetry`, `lock`, or `local`
    (a project folder of the repository, whose own requirements are listed beside it).
    """

    name: str
    place: Place
    source: str
    extras: tuple[str, ...] = ()
    specifier: str = ""
    marker: str = ""
    text: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Locked:
    """A distribution of a lock file that the service installs; `chain` leads to it from a declared one."""

    name: str
    version: str
    chain: tuple[str, ...]


class IndexOption(NamedTuple):
    """An option of a requirements file that says where from, or in which form, distributions come."""

    name: str
    value: str
    place: Place


class ReadFile(NamedTuple):
    """A file that was read. `kind`: `requirements`, `constraints`, `project` or `lock`; `top`: an install names it."""

    path: str
    kind: str
    top: bool = False
    hashed: bool = False
    generated: bool = False


@dataclass(frozen=True, slots=True)
class DeclaredSet:
    """Everything that the installs of one artifact say.

    `requirements` hold on the artifact's runtime; `elsewhere` do not (their marker is false there). `locked` is the
    exact set of a lock file. `complete`: nothing but what is listed can be installed (a lock, or hashes demanded).
    `implied` is what the build adds by itself; `local_roots` are repository folders whose modules are installed, `followed`
    the projects among `requirements` whose own module lies in one: only the files that arrive can bring it.
    """

    requirements: tuple[Requirement, ...] = ()
    elsewhere: tuple[Requirement, ...] = ()
    constraints: tuple[Requirement, ...] = ()
    locked: tuple[Locked, ...] = ()
    complete: bool = False
    implied: tuple[str, ...] = ()
    local_roots: tuple[str, ...] = ()
    options: tuple[IndexOption, ...] = ()
    files: tuple[ReadFile, ...] = ()
    problems: tuple[Problem, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    followed: frozenset[str] = frozenset()
