"""Update masks: which fields of a stored message a request replaces (google/protobuf/field_mask.proto)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from deployguard.emulator.refusal import invalid


def update(stored: Any, given: Any, paths: Iterable[str], fixed: Collection[str]) -> None:
    """Put into `stored` the fields of `given` that the mask names; no mask names all but the `fixed` ones.

    `fixed` are fields that only the server writes: a mask may name them, without effect.
    Raises Refusal for a path that is no field.
    """
    wanted = [_snake(path) for path in paths]
    if not wanted or wanted == ["*"]:
        wanted = [field.name for field in stored.DESCRIPTOR.fields]
    for path in wanted:
        if path.partition(".")[0] not in fixed:
            _copy(stored, given, path.split("."), path)


def _copy(stored: Any, given: Any, way: list[str], path: str) -> None:
    field = _field(stored, way[0])
    if field is None:
        raise invalid(f"Invalid update mask: no field {path!r} in {stored.DESCRIPTOR.name}")
    is_map = field.message_type is not None and field.message_type.GetOptions().map_entry
    if len(way) > 1 and is_map:
        _copy_key(getattr(stored, field.name), getattr(given, field.name), ".".join(way[1:]))
    elif len(way) > 1 and field.message_type is not None and not field.is_repeated:
        _copy(getattr(stored, field.name), getattr(given, field.name), way[1:], path)
    elif len(way) > 1:
        raise invalid(f"Invalid update mask: {path!r} goes through a field that has no fields")
    else:
        _replace(stored, given, field)


def _replace(stored: Any, given: Any, field: Any) -> None:
    stored.ClearField(field.name)
    if field.is_repeated:
        getattr(stored, field.name).MergeFrom(getattr(given, field.name))
    elif field.message_type is not None:
        if given.HasField(field.name):
            getattr(stored, field.name).CopyFrom(getattr(given, field.name))
    elif not field.has_presence or given.HasField(field.name):
        setattr(stored, field.name, getattr(given, field.name))


def _copy_key(stored: Any, given: Any, key: str) -> None:
    if key in given:
        stored[key] = given[key]
    else:
        stored.pop(key, None)


def _field(message: Any, name: str) -> Any:
    fields = message.DESCRIPTOR.fields_by_name
    # proto-plus appends an underscore to names that Python reserves
    return fields.get(name) or fields.get(f"{name}_")


def _snake(path: str) -> str:
    head, dot, rest = path.strip("`").partition("labels.")
    return re.sub("(?<=[a-z0-9])([A-Z])", lambda match: f"_{match[1].lower()}", head) + dot + rest.strip("`")
