"""One stage of a build while its instructions are replayed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from deployguard.artifact.dockerfile.base import Base
from deployguard.artifact.dockerfile.files import ImageFiles
from deployguard.artifact.dockerfile.parse import Instruction
from deployguard.artifact.dockerfile.words import Variables
from deployguard.artifact.imagepath import absolute, joined, relative, within
from deployguard.model.artifact import Install, Unknown
from deployguard.model.place import Place
from deployguard.model.problem import Problem
from deployguard.model.runtime import Runtime

_SHELL = ("/bin/sh", "-c")
_PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
_INTERPRETER = re.compile(r"(?<=lib/)python\d?(?:\.\d+)?(?=/|$)")


class Installed(NamedTuple):
    """An install and the folder it lands in, so that a COPY of that folder carries it to another stage.

    `root` is a folder that it puts on `sys.path` besides `where`: the source of an editable install.
    A wheel that is only built (`pip wheel`) is `waiting` until something installs it.
    """

    install: Install
    where: str
    root: str = ""
    waiting: bool = False


class Command(NamedTuple):
    """A CMD or ENTRYPOINT: its words (those of the shell that runs it, in the shell form), and where it stands."""

    words: tuple[str, ...]
    place: Place
    by_shell: bool


@dataclass(slots=True)
class Stage:
    """What a stage holds so far. `uses` names the stages that it needs to be built.

    `is_placed` says that the current folder is known, whatever the base image sets.
    """

    name: str
    image: str
    base: Base
    runtime: Runtime | None
    place: Place
    workdir: str = ""
    env: dict[str, str] = field(default_factory=lambda: {"PATH": _PATH})
    args: dict[str, str | None] = field(default_factory=dict)
    shell: tuple[str, ...] = _SHELL
    files: ImageFiles = field(default_factory=ImageFiles)
    installed: list[Installed] = field(default_factory=list)
    cmd: Command | None = None
    entrypoint: Command | None = None
    own_cmd: bool = False
    is_placed: bool = True
    made: set[str] = field(default_factory=set)
    uses: set[int] = field(default_factory=set)
    ignored: dict[str, tuple[str, Place]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)

    def child(self, name: str) -> Stage:
        """Begin a stage `FROM` this one: it has the same files, installs and settings, but no build arguments."""
        return Stage(
            name=name,
            image=self.image,
            base=self.base,
            runtime=self.runtime,
            place=self.place,
            workdir=self.workdir,
            env=dict(self.env),
            shell=self.shell,
            files=self.files.copy(),
            installed=list(self.installed),
            cmd=self.cmd,
            entrypoint=self.entrypoint,
            is_placed=self.is_placed,
            made=set(self.made),
            unknowns=list(self.unknowns),
            ignored=dict(self.ignored),
        )

    @property
    def values(self) -> dict[str, str]:
        """What variables stand for: ENV wins over ARG (Dockerfile reference, "Using ARG variables")."""
        return {name: value for name, value in self.args.items() if value is not None} | self.env

    def variables(self, escape: str) -> Variables:
        unset = frozenset(name for name, value in self.args.items() if value is None)
        return Variables(self.values, unset, escape)

    def path(self, path: str) -> str:
        """Return the image path that `path` names here, links on its way followed."""
        return self.files.real(absolute(path, self.workdir))

    @property
    def library(self) -> str:
        """The folder below a prefix where distributions go."""
        return f"lib/python{self.runtime.version if self.runtime else '3'}/site-packages"

    def doubt(self, covers: str, place: Place, reason: str, where: str = "") -> None:
        """Note what cannot be told; with `where`, that it may bring anything at that path or below it."""
        if where:
            self.made.add(where)
        unknown = Unknown(covers, place, reason)
        if unknown not in self.unknowns:
            self.unknowns.append(unknown)


@dataclass(frozen=True, slots=True)
class Line:
    """An instruction with what its handlers need to say where it stands."""

    instruction: Instruction
    place: Place
    escape: str


def carried(installed: Installed, source: str, dest: str) -> Installed | None:
    """Move an install along with a COPY of `source` to `dest`; None when the COPY does not take it."""
    where, taken = _any_version(installed.where), _any_version(source)
    if not within(where, taken):
        return None
    root = installed.root
    if root and within(root, source):
        root = joined(dest, relative(root, source))
    return installed._replace(where=joined(dest, relative(where, taken)), root=root)


def cut(installed: Installed, source: str) -> bool:
    """Tell whether a COPY of `source` takes only a part of where the install lies."""
    where, taken = _any_version(installed.where), _any_version(source)
    return where != taken and within(taken, where)


def _any_version(path: str) -> str:
    return _INTERPRETER.sub("python", path)
