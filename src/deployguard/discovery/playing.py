"""A deploy script played from its first line to its last: what its variables hold, and where each line's commands run."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from deployguard.discovery.blocks import Blocks
from deployguard.discovery.paths import joined
from deployguard.discovery.rows import Rows

YAML = (".yml", ".yaml")
_MAKE = ("Makefile", ".mk")
_SET = re.compile(
    r"""\s*(?:export |readonly |local )?(?P<name>[A-Za-z_]\w*)\s*[:?]?=\s*(?P<value>"[^"]*"|'[^']*'|[^\s;&|]*)"""
)
# Spaces before the sign are Make's, whose value is the rest of the line.
_MAKE_SET = re.compile(r"(?P<name>[A-Za-z_]\w*) +[:?]{0,2}= *(?P<value>[^#]*?)\s*(?:#.*)?$")
_SEVERAL = re.compile(r"\s*(?:export|readonly|local|declare)\s")
_RULE = re.compile(r"[\w.%$()/-][^:=#\t]*::?(?!=)\s*(?P<needed>[^#=;|]*?)\s*(?:[;#|].*)?$")
_ENTER = re.compile(
    r"""[\s@(]*(?:(?:- )?run:\s*)?(?:cd|pushd|working-directory:)\s+(?:--\s+)?["']?(?P<folder>[^"'\s;&|)]+)"""
)
_LEAVE = re.compile(r"[\s@]*(?:popd\b|cd\s+-(?:\s|$)|cd\s*$)")
_STEP = re.compile(r"\s*- (?:name|run|uses|id|if)\s*:")  # a workflow's steps each start at the root
# `$(dirname "$0")`, and `$(cd "$(dirname "$0")/.." && pwd)` around it: where the script itself lies.
_BESIDE = re.compile(
    r"""\$\(\s*dirname\s+(?:--\s+)?"?\$(?:0|\{0\}|BASH_SOURCE|\{BASH_SOURCE(?:\[0\])?\})"?\s*\)"""
)
_WHOLE = re.compile(r"""\$\(\s*cd\s+(?:--\s+)?"?(//[^"\s;&|]*)"?\s*(?:&&|;)\s*pwd(?:\s+-P)?\s*\)""")
_SETTING = re.compile(
    r"""(?m)^[ \t]+(?P<name>_?[A-Z][A-Z0-9_]*):[ \t]*["']?(?P<value>[^"'#\n{}$\[]+?)["']?[ \t]*(?:#.*)?$"""
)
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::?-([^}$]*))?\}|\((\w+)\)|(\w+))")
_MOST_BASES = 8


class Line(NamedTuple):
    """A logical line of `script`, from line `number` on. `bases` are the folders that its relative paths may start from."""

    text: str
    bases: tuple[str, ...]
    script: str
    number: int


class Player:
    """Plays one script. `calls` are the arguments that its own functions are called with.

    Of a Makefile, a line runs in the folder of the file; of a workflow, each step begins at the root.
    """

    def __init__(self, path: str, text: str, calls: Mapping[str, Rows]) -> None:
        self.path = path
        self._home = posixpath.dirname(path)
        self._is_make = path.endswith(_MAKE)
        is_yaml = path.endswith(YAML)
        self._text = text.replace("$$", "$") if self._is_make or is_yaml else text
        self._values = settings_in(text) if is_yaml else {}
        self._outside: tuple[str, ...] = (self._home, "") if self._is_make else ("", self._home)
        self._bases: tuple[str, ...] = self._outside
        self._needed = ""  # by the rule of a Makefile
        self._blocks = Blocks(text, calls, is_workflow=is_yaml)

    def lines(self) -> Iterator[Line]:
        for written, number in _whole_lines(self._text):
            line = self._begun(written, number)
            expanded = self._expanded(line)
            before, self._bases = self._bases, _entered(expanded, self._bases, self._outside)
            yield from self._turns(expanded, number)
            self._bases = before if expanded.lstrip().startswith("(") else self._bases
            self._values.update(_set_by(line, self._values))
            self._blocks.leave(expanded)

    def _begun(self, written: str, number: int) -> str:
        rule = _RULE.match(written) if self._is_make else None
        if rule:
            self._needed = expanded_by(rule["needed"], self._values)
        beside = _BESIDE.sub(f"//{self._home}", written)
        line = self._blocks.ready(_WHOLE.sub(r"\1", beside), number)
        if self._is_make or _STEP.match(line):
            self._bases = self._outside
        for name in self._blocks.enter(expanded_by(line, self._values)):
            self._values.pop(name, None)
        return line

    def _expanded(self, line: str) -> str:
        expanded = expanded_by(line, self._values)
        if not self._is_make:
            return expanded
        return expanded.replace("$^", self._needed).replace("$<", self._needed.partition(" ")[0])

    def _turns(self, line: str, number: int) -> Iterator[Line]:
        for turn in self._blocks.turns("\n".join((line, *self._bases))):
            words, *bases = turn.split("\n")
            yield Line(words, tuple(bases), self.path, number)


def _entered(line: str, bases: tuple[str, ...], outside: tuple[str, ...]) -> tuple[str, ...]:
    """Return where a line's commands run, after the `cd` that it begins with."""
    if _LEAVE.match(line):
        return outside
    match = _ENTER.match(line)
    if match is None:
        return bases
    return tuple(dict.fromkeys(joined(base, match["folder"]) for base in (*bases, *outside)))[:_MOST_BASES]


def _set_by(line: str, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    one = _MAKE_SET.match(line) or _SET.match(line)
    matches = _SET.finditer(line) if _SEVERAL.match(line) else filter(None, (one,))
    for match in matches:
        value = expanded_by(match["value"].strip("\"'"), values)
        yield match["name"], value if "`" not in value and "$(" not in value else ""


def settings_in(text: str) -> dict[str, str]:
    """What a workflow's `env` or Cloud Build's `substitutions` set to one literal throughout."""
    found: dict[str, set[str]] = defaultdict(set)
    for match in _SETTING.finditer(text):
        found[match["name"]].add(match["value"])
    return {name: values.pop() for name, values in found.items() if len(values) == 1}


def expanded_by(text: str, values: Mapping[str, str]) -> str:
    """Put values in for the variables of a text; one without a value takes its default, or stays."""

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[3] or match[4]
        return values.get(name) or match[2] or match[0]

    return _VARIABLE.sub(value, text)


def _whole_lines(text: str) -> Iterator[tuple[str, int]]:
    whole, first = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#"):
            continue
        whole, first = whole + line, first or number
        if line.rstrip().endswith("\\"):
            whole = whole.rstrip()[:-1] + " "
            continue
        yield whole, first
        whole, first = "", 0
