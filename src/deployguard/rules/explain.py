"""Why a service needs a module, a distribution or a file: the strongest chain to each use of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from deployguard.imports.closure import Needed, Reach, Strength
from deployguard.imports.data import artifact_path
from deployguard.imports.finder import Finder
from deployguard.model.distribution import normalised
from deployguard.model.finding import Step
from deployguard.model.place import Place
from deployguard.requirements.provided import Declared, NotKnown, Transitive, Undeclared
from deployguard.rules.rule import ServiceFacts

_MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


@dataclass(frozen=True, slots=True)
class Use:
    """One way in which the thing is needed: `chain` from the entry point, then `place` where it is `used`.

    `place` is None where the last step of the chain is the use itself, or the service starts with it.
    """

    what: str
    strength: Strength
    chain: tuple[Step, ...] = ()
    place: Place | None = None
    used: str = "imports"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was asked for: a `module`, `distribution`, `file`, or `nothing` that the service knows of.

    `facts` are sentences about where it is and who declares it. It is needed when something uses it.
    """

    service: str
    name: str
    kind: str
    uses: tuple[Use, ...] = ()
    facts: tuple[str, ...] = ()

    @property
    def needed(self) -> bool:
        return bool(self.uses)


def explain(facts: ServiceFacts, name: str) -> Explanation:
    """Say why a service needs what goes by a name: a module first, then a distribution, then a file."""
    asked = name.removeprefix("./").rstrip("/")
    for kind, explained in (("module", _module), ("distribution", _distribution), ("file", _file)):
        uses, notes = explained(facts, asked)
        if uses or notes:
            return Explanation(facts.service.name, name, kind, uses, notes)
    return Explanation(facts.service.name, name, "nothing")


_Explained = tuple[tuple[Use, ...], tuple[str, ...]]


def _module(facts: ServiceFacts, name: str) -> _Explained:
    if not _MODULE.fullmatch(name) or (name.endswith(".py") and name in facts.artifact.files):
        return (), ()
    closure = facts.closure
    if name in closure.reaches:
        return (_reached(name, closure.reaches[name]),), tuple(_whereabouts(facts, name))
    missing = [one for one in closure.missing if f"{one.lack.module}.{one.lack.name}".rstrip(".") == name]
    if missing:
        where = missing[0].lack.found_at
        note = f"the artifact lacks it{f'; the repository has {where}' if where else ', and so does the repository'}"
        return tuple(_used(one.lack.module, one.place, one.reach) for one in missing), (note,)
    outside = [one for one in closure.needed if f"{one.module}.".startswith(f"{name}.")]
    notes = (
        note for module in dict.fromkeys(one.module for one in outside) for note in _provided(facts, module)
    )
    return tuple(_used(one.module, one.place, one.reach) for one in outside), tuple(dict.fromkeys(notes))


def _reached(name: str, reach: Reach) -> Use:
    return Use(name, reach.strength, reach.chain)


def _used(what: str, place: Place, reach: Reach, used: str = "imports") -> Use:
    return Use(what, reach.strength, reach.chain, place, used)


def _whereabouts(facts: ServiceFacts, name: str) -> Iterator[str]:
    module = facts.closure.graph.modules[name]
    if module.file:
        yield f"it arrives as {module.file}, from {module.origin}"
    elif not module.present:
        yield f"the artifact lacks it; the repository has {module.origin or 'a folder of that name'}"
    if name == facts.closure.graph.entry:
        yield f"{facts.artifact.launch.by} starts it"


def _provided(facts: ServiceFacts, module: str) -> Iterator[str]:
    match facts.installed.judge(module):
        case Declared(distribution=distribution):
            yield f"{module} comes from {distribution}"
            yield from _lines(facts, distribution)
        case Transitive(distribution=distribution, brought_by=chain):
            yield f"{module} comes from {distribution}, which nothing declares; {' -> '.join(chain)} brings it"
        case Undeclared(candidates=candidates):
            of = f" ({' or '.join(candidates)} would)" if candidates else ""
            yield f"no declared requirement brings {module}{of}"
        case NotKnown(reason=reason):
            yield f"which distribution brings {module} cannot be told: {reason}"


def _lines(facts: ServiceFacts, distribution: str) -> Iterator[str]:
    for requirement in facts.declared.requirements:
        if requirement.name == distribution:
            place = requirement.place
            yield f"{place.path}:{place.line} declares {requirement.text or requirement.name}"
    if distribution in facts.declared.implied:
        yield f"the build adds {distribution} by itself"


def _distribution(facts: ServiceFacts, name: str) -> _Explained:
    wanted = normalised(name)
    chains = facts.installed.environment.chains
    uses = [
        _used(one.module, one.place, one.reach) for one in facts.closure.needed if _from(facts, one) == wanted
    ]
    notes = [*_lines(facts, wanted)]
    chain = chains.get(wanted, ())
    if len(chain) > 1:
        notes.append(f"{' -> '.join(chain)} brings it")
        # What a needed distribution requires is needed with it.
        uses += [
            Use(f"{one.module} (of {chain[0]})", one.reach.strength, one.reach.chain, one.place)
            for one in facts.closure.needed
            if not uses and _from(facts, one) in chain[:-1]
        ]
    if wanted in facts.artifact.launch.needs or wanted in facts.declared.implied:
        uses.append(Use(f"{facts.artifact.launch.by} starts the service", Strength.MODULE, used=""))
    if not notes and uses:
        notes.append(f"no declared requirement brings {wanted}")
    return tuple(uses), tuple(dict.fromkeys(notes))


def _from(facts: ServiceFacts, needed: Needed) -> str | None:
    match facts.installed.judge(needed.module):
        case Declared(distribution=distribution) | Transitive(distribution=distribution):
            return distribution
        case Undeclared(candidates=(first, *_)) | NotKnown(candidates=(first, *_)):
            return first
        case _:
            return None


def _file(facts: ServiceFacts, name: str) -> _Explained:
    artifact = facts.artifact
    paths = [at for at, file in artifact.files.items() if name in {at, file.place, file.origin}]
    uses = [use for path in paths for use in _uses_of_path(facts, path)]
    notes = [f"it arrives as {path}, from {artifact.files[path].origin}" for path in sorted(paths)]
    for missing in facts.closure.missing:
        if name in {missing.lack.wanted_at, missing.lack.found_at}:
            uses.append(_used(missing.lack.module, missing.place, missing.reach))
            notes.append("the artifact lacks it")
    for need in facts.closure.data:
        if name in {need.wanted_at, need.found_at}:
            uses.append(_used(name, need.place, need.reach, "reads"))
            notes.append("the artifact lacks it")
    notes += [f"{place.path}:{place.line} keeps it out" for place in _ignored_by(facts, name)]
    notes += [
        f"{one.path} is read for its requirements"
        for one in facts.declared.files
        if _is(facts, one.path, name)
    ]
    uses += [
        Use(f"the build installs {one.path}", Strength.MODULE, used="")
        for one in facts.declared.files
        if _is(facts, one.path, name)
    ]
    return tuple(uses), tuple(dict.fromkeys(notes))


def _is(facts: ServiceFacts, path: str, name: str) -> bool:
    return path == name or any(
        path in {file.place, file.origin} and name in {at, file.place}
        for at, file in facts.artifact.files.items()
    )


def _ignored_by(facts: ServiceFacts, name: str) -> Iterator[Place]:
    for path, (origin, by) in facts.artifact.ignored.items():
        if name in {path, origin}:
            yield by


def _uses_of_path(facts: ServiceFacts, path: str) -> Iterator[Use]:
    """Yield who imports a file of the artifact, or reads it by a path that can be computed."""
    graph = facts.closure.graph
    finder = Finder(facts.artifact.files, graph.roots)
    for name, reach in facts.closure.reaches.items():
        module = graph.modules[name]
        if module.file == path:
            yield _reached(name, reach)
        for use in module.facts.data if module.facts and module.stands_at else ():
            at = artifact_path(use.path, module.stands_at or "", finder)
            if use.use == "write" or at is None:
                continue
            if at == path or (use.use == "list" and _below(path, at)):
                strength = max(reach.strength, _strength(facts, name, use.unit))
                yield Use(path, strength, reach.chain, Place(module.origin, use.line), "reads")


def _strength(facts: ServiceFacts, module: str, unit: int) -> Strength:
    if unit == 0:
        return Strength.MODULE
    return Strength.LAZY if (module, unit) in facts.closure.reached_units else Strength.UNREACHED


def _below(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")
