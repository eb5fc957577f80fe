"""The part of SARIF 2.1.0 that is written here, as a schema.

Written by hand from the specification (sections 3.13 to 3.52): no package ships the official schema, and this one is
stricter where it matters, in that a property which is not listed is an error.
"""

from __future__ import annotations


def _object(required: list[str], **properties: object) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


_TEXT = {"type": "string"}
_MESSAGE = _object(["text"], text=_TEXT)
_HELP = _object(["text"], text=_TEXT, markdown=_TEXT)
_BAG = {"type": "object"}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_ARTIFACT = _object(["uri"], uri={"type": "string", "pattern": "^[!-~]*$"}, uriBaseId=_TEXT)
_REGION = _object(["startLine"], startLine={"type": "integer", "minimum": 1})
_PHYSICAL = _object(["artifactLocation"], artifactLocation=_ARTIFACT, region=_REGION)
_LOCATION = _object([], id={"type": "integer", "minimum": -1}, message=_MESSAGE, physicalLocation=_PHYSICAL)
_RESULT = _object(
    ["message", "ruleId"],
    ruleId=_TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    level=_LEVEL,
    message=_MESSAGE,
    locations={"type": "array", "items": _LOCATION},
    relatedLocations={"type": "array", "items": _LOCATION, "uniqueItems": True},
    partialFingerprints={"type": "object", "additionalProperties": _TEXT},
    properties=_BAG,
)
_RULE = _object(["id"], id=_TEXT, name=_TEXT, shortDescription=_MESSAGE, help=_HELP)
_DRIVER = _object(
    ["name"], name=_TEXT, version=_TEXT, rules={"type": "array", "items": _RULE, "uniqueItems": True}
)
_NOTIFICATION = _object(["message"], level=_LEVEL, message=_MESSAGE)
_INVOCATION = _object(
    ["executionSuccessful"],
    executionSuccessful={"type": "boolean"},
    toolExecutionNotifications={"type": "array", "items": _NOTIFICATION},
)
_RUN = _object(
    ["tool", "results"],
    tool=_object(["driver"], driver=_DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    invocations={"type": "array", "items": _INVOCATION, "uniqueItems": True},
    results={"type": "array", "items": _RESULT},
    properties=_BAG,
)
SCHEMA: dict[str, object] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_object(
        ["version", "runs"],
        **{"$schema": _TEXT, "version": {"const": "2.1.0"}, "runs": {"type": "array", "items": _RUN}},
    ),
}
