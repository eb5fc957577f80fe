"""Where in a script a line stands: in which of its loops and functions, and in the job of which matrix."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from deployguard.discovery.matrix import matrices_in, rows_at
from deployguard.discovery.rows import (
    Row,
    Rows,
    arrays_in,
    rows_of_for,
    rows_with_read,
    turns_of,
    with_arrays,
)
from deployguard.discovery.words import words_of

_FUNCTION = re.compile(
    r"(?m)^(?P<indent>[ \t]*)(?:function[ \t]+(?P<word>[\w-]+)[ \t]*(?:\(\))?|(?P<name>[\w-]+)[ \t]*\(\))[ \t]*\{?[ \t]*$"
)
_OTHER_LOOP = re.compile(r"(?:^|[\s;&|(])(?:while|until|select)\s.*")
_DONE = re.compile(r"(?:^|[\s;])done(?=$|[\s;)&|<>])")
_PARAMETER = re.compile(r"\$\{(\d):?[-?=][^}$]*\}")


_DEEPEST = 8  # how many of the blocks around a line count
_MOST_CALLS = 256  # where a function is called more often, its arguments stand for anything


class _Block(NamedTuple):
    rows: Rows
    indent: str | None = None  # of a function, None for a loop


class Blocks:
    """Follows a script line by line. `calls` are the arguments that its own functions are called with."""

    def __init__(self, text: str, calls: Mapping[str, Rows], *, is_workflow: bool) -> None:
        self._calls = calls
        self._arrays = arrays_in(text)
        self._matrices = tuple(matrices_in(text)) if is_workflow else ()
        self._number = 0
        self._open: list[_Block] = []

    def ready(self, line: str, number: int) -> str:
        """Put the words of arrays into a line; an argument that is known has no use for its default."""
        self._number = number
        line = with_arrays(line, self._arrays)
        return _PARAMETER.sub(r"${\1}", line) if any("1" in row for row in self._rows()) else line

    def enter(self, line: str) -> frozenset[str]:
        """Take what a line opens, and return the names that take their values by turns from here on."""
        if function := _FUNCTION.fullmatch(line):
            rows = self._calls.get(function["word"] or function["name"], ())
            self._open.append(_Block(rows, function["indent"]))
            return frozenset()
        turns = rows_of_for(line)
        if turns is not None or _OTHER_LOOP.search(line):
            self._open.append(_Block(turns or ()))
        elif self._open and (rows := rows_with_read(line, self._open[-1].rows)):
            self._open[-1] = self._open[-1]._replace(rows=rows)
        return frozenset(name for row in self._rows() for name in row)

    def turns(self, line: str) -> Iterator[str]:
        """Yield a line once for each turn of what it stands in."""
        return turns_of(line, [*(block.rows for block in self._inner), rows_at(self._matrices, self._number)])

    def leave(self, line: str) -> None:
        """Take what a line closes."""
        for _ in _DONE.findall(line):
            if self._open and self._open[-1].indent is None:
                self._open.pop()
        if not line.rstrip().endswith("}"):
            return
        ends = [at for at, block in enumerate(self._open) if line.rstrip() == f"{block.indent}}}"]
        del self._open[ends[-1] if ends else len(self._open) :]

    @property
    def _inner(self) -> list[_Block]:
        return self._open[-_DEEPEST:]

    def _rows(self) -> Iterator[Row]:
        return (row for block in self._inner for row in block.rows)


def calls_in(lines: Iterable[str], text: str) -> dict[str, Rows]:
    """Return the arguments of each call of the functions that a script defines, `1` the first."""
    names = {match["word"] or match["name"] for match in _FUNCTION.finditer(text)}
    if not names:
        return {}
    call = re.compile(
        rf"(?:^|[;&|(!]|\b(?:if|then|do|else)\s)\s*(?P<name>{'|'.join(sorted(map(re.escape, names)))})\s+(?P<rest>[^(\s].*)"
    )
    calls: dict[str, list[Row]] = defaultdict(list)
    for line in lines:
        match = call.search(line)
        if match:
            calls[match["name"]].append(
                {str(number): word for number, word in enumerate(words_of(match["rest"]), 1)}
            )
    return {name: tuple(rows) for name, rows in calls.items() if len(rows) <= _MOST_CALLS}
