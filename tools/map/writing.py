"""The map's text: compact and sorted, one distribution a line, so that a change reads as one."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from tools.map.survey import Entry

SCHEMA = 1


def map_text(entries: Mapping[str, Entry], prefer: Mapping[str, Iterable[str]], generated: str) -> str:
    """The content of map.json. `generated` is an ISO date."""
    lines = [f"{_json(name)}:{_json(_record(entries[name]))}" for name in sorted(entries)]
    preferred = {module: list(names) for module, names in sorted(prefer.items())}
    header = {"schema": SCHEMA, "generated": generated, "count": len(entries), "prefer": preferred}
    top = ",\n".join(f"{_json(key)}:{_json(value)}" for key, value in header.items())
    body = ",\n".join(lines)
    return f'{{{top},\n"distributions":{{\n{body}\n}}}}\n'


def entries_of(text: str) -> dict[str, Entry]:
    """The entries of a map's text, as `map_text` wrote them."""
    return {name: _entry(record) for name, record in json.loads(text)["distributions"].items()}


def _entry(record: dict[str, Any]) -> Entry:
    requires = record["requires"]
    edges = None if requires is None else tuple((name, extras, marker) for name, extras, marker in requires)
    return Entry(record["version"], tuple(record["modules"]), edges)


def _record(entry: Entry) -> dict[str, object]:
    return {"version": entry.version, "modules": entry.modules, "requires": entry.requires}


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
