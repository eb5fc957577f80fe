"""The lines of deploy scripts, shell and what holds shell, with the variables that the same file sets.

Only literal words count: a word with a variable that the same file does not set to a literal is not known.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from deployguard.source.tree import SourceTree

_SCRIPT = re.compile(r".+\.(?:sh|bash|ya?ml|mk)|(?:.*/)?Makefile|(?:.*/)?bin/[^/.]+")
_SET = re.compile(
    r"""\s*(?:export |readonly |local )?(?P<name>[A-Za-z_]\w*)\s*[:?]?=\s*(?P<value>"[^"]*"|'[^']*'|[^\s;&|]*)"""
)
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::?-([^}$]*))?\}|\((\w+)\)|(\w+))")
_END = re.compile(r"\s(?:&&|\|\||[|;&])(?:\s|$)|;\s*$|\s\d?>")
_MOST_BYTES = 1 << 20


class Line(NamedTuple):
    """A line with what it continues on, its number, and the variables that are set to literals before it."""

    text: str
    number: int
    values: Mapping[str, str]

    def words(self, rest: str) -> list[str]:
        """Split the arguments of a command, its variables expanded, up to where the next command or a `>` begins."""
        try:
            return shlex.split(_END.split(expanded(rest, self.values))[0], comments=True)
        except ValueError:
            return []


def scripts_of(tree: SourceTree, word: bytes) -> Iterator[tuple[str, str]]:
    """Yield path and text of each script of a tree that holds a word, by path."""
    scripts = [
        path for path in sorted(tree.entries) if _SCRIPT.fullmatch(path) and tree.entries[path].is_file
    ]
    contents = tree.contents(tree.entries[path].blob for path in scripts)
    for path in scripts:
        content = contents[tree.entries[path].blob]
        if content is not None and len(content) < _MOST_BYTES and word in content:
            yield path, content.decode("utf-8", "replace")


def lines_of(text: str) -> Iterator[Line]:
    """Yield each command line, comments left out and continuations joined."""
    values: dict[str, str] = {}
    for whole, number in _whole_lines(text):
        yield Line(whole, number, dict(values))
        if match := _SET.match(whole):
            value = expanded(match["value"].strip("\"'"), values)
            values[match["name"]] = value if "`" not in value and "$" not in value else ""


def expanded(text: str, values: Mapping[str, str]) -> str:
    """Put the known values in place of `$NAME`, `${NAME}`, `${NAME:-default}` and make's `$(NAME)`."""

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
