"""What a filter says of an entry, and of entries of which only some fields are known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from deployguard.gcp.logfilter.parts import AllOf, AnyOf, Call, Comparison, Filter, Not, Words


def matches(part: Filter, entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry, in the JSON form of `LogEntry`, is one that a filter lets through."""
    match part:
        case Comparison(operator=operator, test=test):
            held = any(test(value) for value in _values(entry, part.field))
            return not held if operator in {"!=", "!~"} else held
        case Words(text):
            return text in str(entry).lower()
        case Call():
            return _answer(part, entry)
        case Not(inner):
            return not matches(inner, entry)
        case AllOf(parts):
            return all(matches(one, entry) for one in parts)
        case AnyOf(parts):
            return any(matches(one, entry) for one in parts)


def possible(part: Filter, known: Mapping[tuple[str, ...], str | None]) -> bool | None:
    """Tell whether an entry of which only some fields are known can match; None where it depends on the others.

    `known` gives the value of a field by the way to it, None for a field that such an entry does not have.
    """
    match part:
        case Comparison(operator=operator, test=test):
            way = tuple("labels" if step == "label" else step for step in part.field)
            if way not in known:
                return None
            value = known[way]
            held = value is not None and test(value)
            return not held if operator in {"!=", "!~"} else held
        case Words() | Call():
            return None
        case Not(inner):
            found = possible(inner, known)
            return None if found is None else not found
        case AllOf(parts):
            return _kleene([possible(one, known) for one in parts], False)
        case AnyOf(parts):
            return _kleene([possible(one, known) for one in parts], True)


def _answer(call: Call, entry: Mapping[str, Any]) -> bool:
    """What a function says of an entry; one that only Google can answer (`sample`, `source`) is taken to agree."""
    if call.name == "log_id" and call.arguments:
        return str(entry.get("logName", "")).endswith(f"/logs/{quote(call.arguments[0], safe='')}")
    if call.name == "search" and call.arguments:
        return call.arguments[-1].lower() in str(entry).lower()
    return True


def _kleene(found: list[bool | None], decisive: bool) -> bool | None:
    """Kleene's AND (decided by a False) and OR (decided by a True)."""
    if decisive in found:
        return decisive
    return None if None in found else not decisive


def _values(entry: Any, way: tuple[str, ...]) -> list[Any]:
    if isinstance(entry, list):
        return [value for one in entry for value in _values(one, way)]
    if not way:
        return [entry]
    if not isinstance(entry, Mapping):
        return []
    step = way[0] if way[0] in entry else _camel(way[0])
    if step in entry:
        return _values(entry[step], way[1:])
    return [entry[".".join(way)]] if ".".join(way) in entry else []


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)
