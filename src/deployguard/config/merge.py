"""`[services.defaults]`: what holds for each service that does not say otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from deployguard.config.shape import Table

DEFAULTS = "defaults"


def merged(table: Table, defaults: Mapping[str, object], own: Mapping[str, object]) -> dict[str, object]:
    """Join two tables key by key, the own value before the default; lists are replaced whole.

    A default that does not fit the table's kind, or that rivals an own key of a choice, is left out: it was meant
    for others.
    """
    kind = own.get("kind", defaults.get("kind"))
    result = {
        name: value for name, value in defaults.items() if name in own or _is_meant(table, name, own, kind)
    }
    for name, value in own.items():
        key, given = table.key(name), result.get(name)
        if isinstance(value, dict) and isinstance(given, dict):
            below = key.shape if key and isinstance(key.shape, Table) else Table(())
            result[name] = merged(below, given, value)
        else:
            result[name] = value
    return result


def _is_meant(table: Table, name: str, own: Mapping[str, object], kind: object) -> bool:
    key = table.key(name)
    if key is not None and not key.fits(kind):
        return False
    rivals = (choice.keys for choice in table.choices if name in choice.keys and choice.kind in {"", kind})
    return not any(rival in own for keys in rivals for rival in keys)
