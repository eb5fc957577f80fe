"""What uv answers: the packages of a set, a refusal, or that it could not tell."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from deployguard.model.distribution import normalised
from deployguard.requirements.resolving.platforms import tags_of
from deployguard.requirements.resolving.requirement_set import RequirementSet
from deployguard.requirements.toml_values import Table, table, tables, text

NO_HASH = "no file of the release has a hash that the requirements allow"


class File(NamedTuple):
    """One file of a release. `kind`: `wheel` or `sdist`; `location` is an address or a path beside the requirements."""

    kind: str
    location: str
    sha256: str = ""

    @property
    def key(self) -> str:
        """What the content is known by: its hash, or, where the index tells none, its address."""
        return self.sha256 or "at-" + hashlib.sha256(self.location.encode()).hexdigest()

    @property
    def base(self) -> str:
        return self.location.partition("#")[0].partition("?")[0].rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Package:
    """One distribution to install; `file` is the one that pip would take there, None when there is none to read."""

    name: str
    version: str
    file: File | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole set; `warnings` are uv's own remarks (a yanked release)."""

    packages: tuple[Package, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """No versions satisfy the set. `reason` is uv's, shortened; `full` is all of it."""

    reason: str
    full: str = ""


@dataclass(frozen=True, slots=True)
class Untold:
    """Nobody can tell, and why: no network, no uv, an index that does not answer, a build that failed here."""

    reason: str


def packages_of(document: Table, asked: RequirementSet) -> Iterator[Package]:
    """Read the packages of a pylock.toml (PEP 751) that uv wrote for one platform."""
    order = {tag: place for place, tag in enumerate(tags_of(asked.platform, asked.runtime))}
    hashes: dict[str, set[str]] = {}
    for name, value in asked.hashes:
        hashes.setdefault(name, set()).add(value.removeprefix("sha256:"))
    for each in tables(document.get("packages")):
        name, version = normalised(text(each.get("name"))), text(each.get("version"))
        files = [*_wheels(each, order), *_sources(each)]
        allowed = hashes.get(name)
        fitting = [file for file in files if allowed is None or file.sha256 in allowed]
        reason = _why_none(each, files)
        yield Package(name, version, fitting[0] if fitting else None, "" if fitting else reason)


def _why_none(package: Table, files: list[File]) -> str:
    if files:
        return NO_HASH
    if package.get("vcs"):
        return "it comes from version control"
    if package.get("directory"):
        return "it comes from a folder"
    return "the index lists no file that fits"


def _wheels(package: Table, order: dict[str, int]) -> list[File]:
    """The wheels that fit, the one that pip prefers first; an archive that is a wheel counts."""
    found: list[tuple[int, File]] = []
    for said in (*tables(package.get("wheels")), table(package.get("archive"))):
        file = _file("wheel", said)
        if file is not None and file.base.endswith(".whl"):
            rank = min((order[tag] for tag in _tags(file.base) if tag in order), default=None)
            if rank is not None:
                found.append((rank, file))
    return [file for _, file in sorted(found)]


def _tags(base: str) -> Iterator[str]:
    """Expand the compressed tags of a wheel's name (PEP 425)."""
    parts = base.removesuffix(".whl").split("-")[-3:]
    if len(parts) == 3:
        for python in parts[0].split("."):
            for abi in parts[1].split("."):
                for platform in parts[2].split("."):
                    yield f"{python}-{abi}-{platform}"


def _sources(package: Table) -> Iterator[File]:
    for said in (table(package.get("sdist")), table(package.get("archive"))):
        file = _file("sdist", said)
        if file is not None and not file.base.endswith(".whl"):
            yield file


def _file(kind: str, said: Table) -> File | None:
    location = text(said.get("url")) or text(said.get("path"))
    return File(kind, location, text(table(said.get("hashes")).get("sha256"))) if location else None


def warnings_in(stderr: str) -> tuple[str, ...]:
    """Return what uv warned of."""
    marked = (line.strip() for line in stderr.splitlines())
    return tuple(line.removeprefix("warning: ") for line in marked if line.startswith("warning: "))
