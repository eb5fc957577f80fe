"""Dependency groups of pyproject.toml (PEP 735)."""

from __future__ import annotations

from collections.abc import Iterator

from deployguard.model.distribution import normalised
from deployguard.requirements.toml_values import Table, text


def group_texts(groups: Table, asked: frozenset[str]) -> tuple[str, ...]:
    """Return the requirements of the groups asked for (normalised names), included groups in their place."""
    by_name = {normalised(name): entries for name, entries in groups.items()}
    seen: set[str] = set()
    return tuple(item for name in sorted(asked) for item in _texts(by_name, name, seen))


def _texts(groups: Table, name: str, seen: set[str]) -> Iterator[str]:
    entries = groups.get(name)
    if name in seen or not isinstance(entries, list):
        return
    seen.add(name)
    for entry in entries:
        if isinstance(entry, str):
            yield entry
        elif isinstance(entry, dict) and text(entry.get("include-group")):
            yield from _texts(groups, normalised(text(entry["include-group"])), seen)
