"""The REST face of every method, from the templates that the stock clients carry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from google.protobuf import json_format

from deployguard.emulator.dispatch import Dispatch
from deployguard.emulator.refusal import Refusal, invalid
from deployguard.emulator.stock import HttpRule, Method

# cloud.google.com/apis/docs/system-parameters
_SYSTEM = re.compile(
    r"\$?(alt|prettyPrint|fields|key|quotaUser|access_token|callback|userIp|upload_protocol|uploadType|xgafv|oauth_token)$|\$\.xgafv$|\$(.*)$"
)
_VARIABLE = re.compile(r"\{([\w.]+)(?:=([^}]*))?\}")


class _Route(NamedTuple):
    pattern: re.Pattern[str]
    fields: tuple[str, ...]
    rule: HttpRule
    method: Method


class Rest:
    """Finds the method of a path and answers in JSON."""

    def __init__(self, methods: Iterable[Method], dispatch: Dispatch) -> None:
        self._routes = [_route(rule, method) for method in methods for rule in method.http]
        self._dispatch = dispatch

    def answer(self, verb: str, path: str, query: str, body: bytes) -> bytes | None:
        """Return the JSON answer, or None when no method has this path; raises Refusal or Dropped."""
        for route in self._routes:
            if route.rule.verb == verb and (match := route.pattern.fullmatch(path)):
                request = _request(route, match.groups(), query, body)
                response = self._dispatch.call(route.method, request)
                kind: Any = type(response)
                return _json_of(kind, response.SerializeToString(), "enum-encoding=int" in query)
        return None


@lru_cache(maxsize=64)
def _json_of(kind: Any, message: bytes, ints: bool) -> bytes:
    """Write a message as JSON; a listing that has not changed is not written anew."""
    text: str = json_format.MessageToJson(kind.FromString(message), use_integers_for_enums=ints, indent=None)
    return text.encode()


def _route(rule: HttpRule, method: Method) -> _Route:
    pattern, at, fields = "", 0, []
    for variable in _VARIABLE.finditer(rule.template):
        pattern += re.escape(rule.template[at : variable.start()])
        inner = re.escape(variable[2] or "*").replace(r"\*\*", ".+").replace(r"\*", "[^/:]+")
        pattern, at = f"{pattern}({inner})", variable.end()
        fields.append(variable[1])
    return _Route(re.compile(pattern + re.escape(rule.template[at:])), tuple(fields), rule, method)


def _request(route: _Route, values: Iterable[str], query: str, body: bytes) -> Any:
    given: dict[str, Any] = {}
    if route.rule.body:
        content = _json(body)
        given = content if route.rule.body == "*" else {route.rule.body: content}
    for key, value in parse_qsl(query, keep_blank_values=True):
        if not _SYSTEM.match(key):
            _place(given, key, *_typed(route.method.request.DESCRIPTOR, key, value))
    for field, value in zip(route.fields, values, strict=True):
        _place(given, field, unquote(value))
    try:
        return json_format.ParseDict(given, route.method.request())
    except json_format.ParseError as problem:
        raise invalid(f"Invalid JSON payload received. {problem}") from problem


def _json(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body or b"{}")
    except (ValueError, RecursionError) as problem:
        raise invalid(f"Invalid JSON payload received. {problem}") from problem
    if not isinstance(content, dict):
        raise invalid("Invalid JSON payload received. Expected an object.")
    return content


def _typed(descriptor: Any, key: str, value: str) -> tuple[str | bool, bool]:
    """Return a query parameter's value as JSON has it, and whether its field holds many."""
    field = None
    for step in key.split("."):
        fields = descriptor.fields if descriptor is not None else ()
        field = next((one for one in fields if step in {one.name, one.json_name}), None)
        descriptor = field.message_type if field is not None else None
    if field is None:
        return value, False
    if descriptor is not None and descriptor.full_name == "google.protobuf.FieldMask":
        return _camel(value), False
    is_flag = field.type == field.TYPE_BOOL and value in {"true", "false"}
    return value == "true" if is_flag else value, field.is_repeated


def _camel(mask: str) -> str:
    """Write the paths of a mask as JSON has them; Google takes the names of the fields too, and gcloud sends those."""
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), mask)


def _place(given: dict[str, Any], key: str, value: str | bool, many: bool = False) -> None:
    *way, last = key.split(".")
    at: Any = given
    for step in way:
        at = at.setdefault(step, {})
        if not isinstance(at, dict):
            raise Refusal("INVALID_ARGUMENT", f"'{key}' does not fit the body")
    if many:
        at.setdefault(last, []).append(value)
    else:
        at[last] = value


def query_of(text: str) -> Mapping[str, str]:
    """Return the last value of each query parameter."""
    return dict(parse_qsl(text, keep_blank_values=True))
