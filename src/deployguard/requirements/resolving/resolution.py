"""A requirement set, resolved: which distributions, which files they bring, what does not fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from deployguard.requirements.toml_values import strings, table, text

SCHEMA = 1


class Chosen(NamedTuple):
    """One distribution that gets installed.

    `key` names its inventory, `""` where nobody could read one for the `reason`; `chain` leads to it from a declared
    distribution.
    """

    name: str
    version: str
    key: str
    chain: tuple[str, ...]
    reason: str = ""


class Clash(NamedTuple):
    """Two distributions that install different files for the same module."""

    module: str
    first: str
    second: str


class Unmet(NamedTuple):
    """What `pip check` says: `by` needs `requirement`, and `version` is installed (`""`: nothing is)."""

    by: str
    requirement: str
    version: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a set resolved to on a day (`date`, ISO 8601, UTC).

    `unasked` are parts of the declared set that were no part of the question. `warnings` are the resolver's own.
    `unreachable` says which files the index did not give this time.
    """

    date: str
    chosen: Mapping[str, Chosen] = field(default_factory=dict)
    clashes: tuple[Clash, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    warnings: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()

    @property
    def unread(self) -> tuple[Chosen, ...]:
        return tuple(each for each in self.chosen.values() if not each.key)

    def plain(self) -> dict[str, object]:
        """Return what JSON can keep."""
        return {
            "schema": SCHEMA,
            "date": self.date,
            "chosen": [list(each) for each in self.chosen.values()],
            "clashes": [list(each) for each in self.clashes],
            "unmet": [list(each) for each in self.unmet],
            "warnings": list(self.warnings),
            "unasked": list(self.unasked),
        }

    @classmethod
    def thawed(cls, plain: object) -> Resolution | None:
        """Make one again from what JSON kept; None for anything else."""
        kept = table(plain)
        if kept.get("schema") != SCHEMA or not text(kept.get("date")):
            return None
        try:
            chosen = [_chosen(each) for each in _lists(kept, "chosen")]
            clashes = tuple(Clash(*strings(each)) for each in _lists(kept, "clashes"))
            unmet = tuple(Unmet(*strings(each)) for each in _lists(kept, "unmet"))
        except (TypeError, ValueError):
            return None
        return cls(
            text(kept["date"]),
            {each.name: each for each in chosen},
            clashes,
            unmet,
            strings(kept.get("warnings")),
            strings(kept.get("unasked")),
        )


@dataclass(frozen=True, slots=True)
class Unsatisfiable:
    """No versions fit together: the resolver's reason, shortened; `full` is all that it said."""

    reason: str
    full: str = ""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """It could not be told whether the set resolves, and why."""

    reason: str


Outcome = Resolution | Unsatisfiable | Unresolved


def _chosen(kept: list[object]) -> Chosen:
    name, version, key, chain, reason = kept
    return Chosen(text(name), text(version), text(key), strings(chain), text(reason))


def _lists(kept: Mapping[str, object], key: str) -> Iterator[list[object]]:
    value = kept.get(key)
    for each in value if isinstance(value, list) else ():
        if isinstance(each, list):
            yield each
