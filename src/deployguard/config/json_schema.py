"""The schema as JSON Schema (draft 2020-12), for editors that complete and check deployguard.toml.

What it cannot say (names that must exist, steps that must rise) stays with `deployguard check`.
"""

from __future__ import annotations

import tomllib

from deployguard.config.merge import DEFAULTS
from deployguard.config.schema import ROOT
from deployguard.config.schema_services import SERVICE
from deployguard.config.shape import (
    ALWAYS,
    Anything,
    Choice,
    Either,
    Flag,
    Integer,
    Key,
    Many,
    Named,
    Number,
    Reference,
    RepositoryPath,
    Shape,
    Table,
    Text,
    words,
)

FILE = "deployguard.schema.json"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"

_Schema = dict[str, object]


def json_schema() -> _Schema:
    """Return the whole schema as plain values, in the order of the tables.

    Nothing is required of a service: `[services.defaults]` may give it, and an editor sees one table at a time.
    """
    root = {"$schema": _DRAFT, "title": "deployguard.toml", **_table(ROOT)}
    properties = _part(root, "properties")
    _part(properties, "services")["properties"] = {DEFAULTS: _defaults()}
    return root


def _defaults() -> _Schema:
    """A service of which nothing is required yet, and whose kind may differ from service to service."""
    lenient = Table(tuple(key._replace(required_for=(), only_for=()) for key in SERVICE.keys))
    return {"description": "Values that hold for each service that does not give its own.", **_table(lenient)}


def _shape(shape: Shape) -> _Schema:
    match shape:
        case Text():
            return _text(shape)
        case RepositoryPath():
            return {"type": "string", "pattern": r"^[^/\\~]([^\\]*)$"}
        case Reference():
            return {"type": "string"}
        case Integer(least=least, most=most):
            bounds = {"minimum": least, "maximum": most}
            return {"type": "integer"} | {name: bound for name, bound in bounds.items() if bound is not None}
        case Number():
            return {"type": "number"}
        case Flag():
            return {"type": "boolean"}
        case Anything():
            return {}
        case Many(of=of):
            return {"type": "array", "items": _shape(of)}
        case Either(of=options):
            return {"anyOf": [_shape(option) for option in options]}
        case Named():
            return _named(shape)
        case Table():
            return _table(shape)


def _text(shape: Text) -> _Schema:
    if shape.choices:
        return {"enum": list(shape.choices)}
    text: _Schema = {"type": "string"}
    return text | {"pattern": f"^(?:{shape.pattern})$"} if shape.pattern else text


def _named(shape: Named) -> _Schema:
    names: _Schema = {"pattern": f"^(?:{shape.pattern})$"} if shape.pattern else {}
    given: _Schema = {"type": "object", "additionalProperties": _shape(shape.of)}
    return given | {"propertyNames": names} if names else given


def _table(table: Table) -> _Schema:
    result: _Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {key.name: _key(key) for key in table.keys},
    }
    required = [key.name for key in table.keys if key.required_for == ALWAYS and table is not SERVICE]
    if required:
        result["required"] = required
    conditions = [*_conditions(table), *(_choice(choice) for choice in table.choices)]
    return result | {"allOf": conditions} if conditions else result


def _key(key: Key) -> _Schema:
    about = f"{key.about} Value: {words(key.shape)}."
    value: _Schema = {"description": about, **_shape(key.shape)}
    if key.default:
        value["default"] = _plain(key.default)
    if key.example:
        value["examples"] = [_plain(key.example)]
    return value


def _conditions(table: Table) -> list[_Schema]:
    kind = table.key("kind")
    kinds = kind.shape.choices if kind is not None and isinstance(kind.shape, Text) else ()
    found = []
    for value in kinds:
        required = [
            key.name
            for key in table.keys
            if key.required_for != ALWAYS and key.is_required(value) and table is not SERVICE
        ]
        refused = {key.name: False for key in table.keys if not key.fits(value)}
        then: _Schema = {
            name: part for name, part in (("required", required), ("properties", refused)) if part
        }
        if then:
            given = {"properties": {"kind": {"const": value}}, "required": ["kind"]}
            found.append({"if": given, "then": then})
    return found


def _choice(choice: Choice) -> _Schema:
    if not choice.kind:
        return {"oneOf": [{"required": [name]} for name in choice.keys]}
    both = {"not": {"required": list(choice.keys)}}
    return {"if": {"properties": {"kind": {"const": choice.kind}}, "required": ["kind"]}, "then": both}


def _plain(toml: str) -> object:
    return tomllib.loads(f"value = {toml}")["value"]


def _part(schema: _Schema, name: str) -> _Schema:
    part = schema[name]
    if not isinstance(part, dict):
        raise TypeError(name)
    return part
