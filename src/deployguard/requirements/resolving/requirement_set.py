"""What is asked of uv for one service: a requirement set, the same value for services that install the same."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from deployguard.model.artifact import Artifact
from deployguard.model.errors import SourceError
from deployguard.model.runtime import Runtime
from deployguard.requirements.declared import DeclaredSet, IndexOption, Requirement
from deployguard.requirements.poetry_constraint import UnreadableConstraintError, as_specifier
from deployguard.requirements.resolving.platforms import platform_of
from deployguard.requirements.whereabouts import local_file
from deployguard.requirements.written import read_requirement
from deployguard.source.links import Resolved, resolve
from deployguard.source.tree import SourceTree

_HASH = re.compile(r"--hash[= ](sha256:[0-9a-f]{64})")
_WITHOUT_EFFECT = frozenset(
    {"--hash", "--require-hashes", "--use-feature", "--config-settings", "--prefer-binary"}
)


class Carried(NamedTuple):
    """A file of the repository that uv needs, and where it lies beside the requirements."""

    at: str
    content: bytes


@dataclass(frozen=True, slots=True)
class RequirementSet:
    """One question to uv.

    `lines` and `constraints` are requirements, sorted; `hashes` pairs a distribution with the only hashes that pip
    would take; `exact` says that a lock names everything, so that nothing else may be added; `roots` are the declared
    names with their extras, from which chains start. `unasked` are reasons why part of what is declared could not be put
    into the question: the answer is then incomplete.
    """

    runtime: Runtime
    platform: str
    lines: tuple[str, ...]
    constraints: tuple[str, ...] = ()
    options: tuple[IndexOption, ...] = ()
    hashes: tuple[tuple[str, str], ...] = ()
    roots: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exact: bool = False
    carried: tuple[Carried, ...] = field(default=(), repr=False)
    unasked: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The identity of the content: places in the repository, and passwords of this machine, are no part of it."""
        digest = hashlib.sha256()
        parts = [self.runtime.version, self.platform, str(self.exact), *self.lines, "-c", *self.constraints]
        parts += [f"{option.name} {option.value}" for option in self.options]
        parts += [f"{name} {value}" for name, value in self.hashes]
        parts += [f"{name} {extras}" for name, extras in self.roots]
        parts += [f"{file.at} {hashlib.sha256(file.content).hexdigest()}" for file in self.carried]
        for part in (*parts, *self.unasked):
            digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
        return digest.hexdigest()

    def write(self, folder: Path) -> None:
        """Write `requirements.txt`, `constraints.txt` and the carried files into an empty folder."""
        (folder / "requirements.txt").write_text("".join(f"{line}\n" for line in self.lines), "utf-8")
        (folder / "constraints.txt").write_text("".join(f"{line}\n" for line in self.constraints), "utf-8")
        for file in self.carried:
            path = folder / file.at
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)


def requirement_set(tree: SourceTree, artifact: Artifact, declared: DeclaredSet) -> RequirementSet:
    """Make the question for an artifact: its declared set, and what the build adds by itself."""
    asking = _Asking(tree, declared)
    constraints = (_constraint(each) for each in declared.constraints if each.specifier)
    hashes = {(each.name, value) for each in declared.requirements for value in _HASH.findall(each.raw)}
    return RequirementSet(
        artifact.runtime,
        platform_of(artifact),
        tuple(sorted(set(asking.lines()))),
        tuple(sorted(set(constraints))),
        tuple(asking.options()),
        tuple(sorted(hashes)),
        tuple(sorted(asking.roots())),
        bool(declared.locked),
        tuple(sorted(asking.carried.values())),
        (*asking.unasked, *(f"{each.place.path}: {each.reason}" for each in declared.unknowns)),
    )


def _constraint(constraint: Requirement) -> str:
    """Its marker is left to uv: constraints are kept as written, whatever the runtime."""
    condition = f" ; {constraint.marker}" if constraint.marker else ""
    return f"{constraint.name}{constraint.specifier}{condition}"


class _Asking:
    """Turns requirements into lines, and collects what has to lie beside them."""

    def __init__(self, tree: SourceTree, declared: DeclaredSet) -> None:
        self.tree = tree
        self.declared = declared
        self.carried: dict[str, Carried] = {}
        self.unasked: list[str] = []

    def lines(self) -> Iterator[str]:
        local = {each.name for each in self.declared.requirements if each.source == "local"}
        if self.declared.locked:
            for each in self.declared.locked:
                if each.name not in local and each.version:
                    yield f"{each.name}=={each.version}"
        else:
            for requirement in self.declared.requirements:
                yield from self.line(requirement)
        yield from self.declared.implied

    def roots(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        extras: dict[str, set[str]] = {name: set() for name in self.declared.implied}
        for each in self.declared.requirements:
            if each.source != "local":
                extras.setdefault(each.name, set()).update(each.extras)
        return ((name, tuple(sorted(asked))) for name, asked in extras.items())

    def line(self, requirement: Requirement) -> Iterator[str]:
        """Yield the line, without marker: only what applies on the runtime is asked for."""
        name = requirement.name + (f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else "")
        written = read_requirement(requirement.text)
        if requirement.source == "local":
            return
        if requirement.source == "poetry":
            try:
                yield f"{name}{as_specifier(requirement.specifier)}"
            except UnreadableConstraintError as error:
                self.unasked.append(f"{requirement.place.path}:{requirement.place.line}: {error}")
        elif written.is_path:
            at = self.carry(requirement, written.target)
            if at:
                yield f"{name} @ {at}"
        elif written.target:
            yield f"{name} @ {written.target}"
        elif written.reason:
            pass  # among the unknowns of the declared set
        else:
            yield f"{name}{requirement.specifier}"

    def carry(self, requirement: Requirement, target: str) -> str | None:
        """Put an archive of the repository beside the requirements; return its relative path."""
        path = local_file(self.tree, requirement.place.path, target)
        content = self.content(path) if path else None
        if path is None or content is None:
            self.unasked.append(f"{requirement.place.path}:{requirement.place.line}: {target} cannot be read")
            return None
        at = f"./files/{hashlib.sha256(content).hexdigest()[:16]}/{posixpath.basename(path)}"
        self.carried[at] = Carried(at, content)
        return at

    def content(self, path: str) -> bytes | None:
        found = resolve(self.tree, path)
        if not isinstance(found, Resolved) or found.entry is None:
            return None
        try:
            return self.tree.content(found.entry)
        except SourceError:
            return None

    def options(self) -> Iterator[IndexOption]:
        for option in self.declared.options:
            if option.name == "--find-links" and "://" not in option.value:
                folder = posixpath.normpath(
                    posixpath.join(posixpath.dirname(option.place.path), option.value)
                )
                yield option._replace(value=self.carry_folder(folder))
            elif option.name not in _WITHOUT_EFFECT:
                yield option

    def carry_folder(self, folder: str) -> str:
        at = f"./links/{hashlib.sha256(folder.encode()).hexdigest()[:16]}"
        for name in self.tree.children(folder):
            content = self.content(posixpath.join(folder, name))
            if content is not None and name.endswith((".whl", ".tar.gz", ".zip")):
                self.carried[f"{at}/{name}"] = Carried(f"{at}/{name}", content)
        return at
