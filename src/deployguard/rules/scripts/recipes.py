"""Makefiles to calls: every line of a recipe is a shell of its own (GNU make manual, 5.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deployguard.rules.scripts.calls import Call
from deployguard.rules.scripts.commands import Assignment
from deployguard.rules.scripts.shell import MOST_VALUES, Scope, shell_calls

_VARIABLE = re.compile(r"(?:export\s+|override\s+)?([A-Za-z_][\w.-]*)\s*(?:::?:?|\+|\?|!)?=\s*")
_REFERENCE = re.compile(r"\$\$|\$[({]([A-Za-z_][\w.-]*)[)}]")
_PREFIX = re.compile(r"[@+\s-]*")


def make_calls(text: str) -> list[Call]:
    """List the calls in the recipes of a Makefile, in the order they stand."""
    logical = list(_logical(text))
    variables: dict[str, list[Assignment]] = {}
    for said, line in logical:
        match = None if said.startswith("\t") else _VARIABLE.match(said)
        if match:
            values = variables.setdefault(match[1], [])
            if len(values) < MOST_VALUES:
                value = _as_shell(said[match.end() :])
                values.append(Assignment(match[1], value, line, True, ""))
    scope = Scope(variables)
    return [call for said, line in logical if said.startswith("\t") for call in _recipe(said, line, scope)]


def _recipe(said: str, line: int, scope: Scope) -> Iterator[Call]:
    match = _PREFIX.match(said)
    prefix = match[0] if match else ""
    for call in shell_calls(_as_shell(said[len(prefix) :]), line + prefix.count("\n"), scope):
        hides = "-" in prefix and not call.swallowed
        yield call._replace(swallowed="- before the command", swallowed_line=line) if hides else call


def _logical(text: str) -> Iterator[tuple[str, int]]:
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        start = at
        while lines[at].rstrip("\r").endswith("\\") and at + 1 < len(lines):
            at += 1
        yield "\n".join(lines[start : at + 1]), start + 1
        at += 1


def _as_shell(text: str) -> str:
    """Write make's references as the shell's, and `$$` as `$`."""
    return _REFERENCE.sub(lambda match: f"${{{match[1].replace('-', '_')}}}" if match[1] else "$", text)
