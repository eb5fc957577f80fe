"""Facts to JSON and back."""

from __future__ import annotations

import json
from typing import Any

from deployguard.imports.facts import (
    ClassFacts,
    DataUse,
    Fault,
    Guard,
    ModuleFacts,
    PathEdit,
    PathValue,
    ProgramCall,
    Site,
    Term,
    Unit,
)


def frozen(facts: ModuleFacts | Fault) -> str:
    """Write facts as JSON; named tuples become arrays."""
    return json.dumps([isinstance(facts, Fault), facts], separators=(",", ":"))


def thawed(text: str) -> ModuleFacts | Fault:
    """Read what `frozen` wrote.

    Raises:
        ValueError: it is something else.
    """
    try:
        is_fault, fields = json.loads(text)
        return Fault(*fields) if is_fault else _module(*fields)
    except (TypeError, IndexError, KeyError) as error:
        raise ValueError("not the facts of a file") from error


def _module(*fields: Any) -> ModuleFacts:
    sites, units, classes, defined, aliases, is_open, data, edits, programs, beside, made = fields
    return ModuleFacts(
        tuple(
            Site(m, tuple(n), level, line, unit, _terms(w), _guards(g))
            for m, n, level, line, unit, w, g in sites
        ),
        tuple(Unit(*unit) for unit in units),
        tuple(ClassFacts(name, tuple(bases)) for name, bases in classes),
        tuple(defined),
        tuple((local, imported) for local, imported in aliases),
        is_open,
        tuple(
            DataUse(_path(p), use, line, unit, _terms(w), guarded) for p, use, line, unit, w, guarded in data
        ),
        tuple(PathEdit(_path(path) if path else None, line) for path, line in edits),
        tuple(ProgramCall(*program) for program in programs),
        tuple(beside),
        tuple(made),
    )


def _terms(terms: Any) -> tuple[Term, ...]:
    return tuple(Term(*term) for term in terms)


def _guards(guards: Any) -> tuple[Guard, ...]:
    return tuple(Guard(*guard) for guard in guards)


def _path(path: Any) -> PathValue:
    anchor, parts = path
    return PathValue(anchor, tuple(parts))
