"""Values that a script takes by turns: the words of a `for`, the arguments of its own functions, a workflow's matrix.

A row gives each name its value of one turn. A text stands once for each turn whose values it speaks of.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from math import prod

Row = Mapping[str, str]
Rows = tuple[Row, ...]

_NAME = re.compile(r"\$(?:\{(\w+)(?::?[-?=][^}$]*)?\}|\((\w+)\)|(\w+))|\$\{\{\s*matrix\.([\w.-]+)\s*\}\}")
_FOR = re.compile(r"(?:^|[\s;&@(])for\s+(?P<name>\w+)\s+in\s+(?P<words>[^;]*?)\s*(?:;\s*do\b|;?\s*$)")
_READ = re.compile(
    r"""\bIFS=\$?(?P<quote>["']?)(?P<mark>[:|,;])(?P=quote)\s+read\s+(?:-\w+\s+)*(?P<names>[\w ]+?)\s*<<<\s*"?\$\{?(?P<name>\w+)"""
)
_ARRAY = re.compile(r"(?m)^\s*(?:(?:export|readonly|local|declare)\s+(?:-\w+\s+)*)?(\w+)=\(([^()$`]*)\)")
_WHOLE_ARRAY = re.compile(r"\"?\$\{(\w+)\[[@*]\]\}\"?")
_MOST = 256  # texts that one may stand for


def turns_of(text: str, loops: Iterable[Rows]) -> Iterator[str]:
    """Yield a text once for each turn of the loops around it that it speaks of; as it is where there are too many."""
    names = {name for found in _NAME.findall(text) for name in found if name}
    spoken_of = ([row for row in rows if names & row.keys()] for rows in loops)
    told = [rows for rows in spoken_of if rows]
    if not told or prod(map(len, told)) > _MOST:
        yield text
        return
    for turn in product(*told):
        values = {name: value for row in turn for name, value in row.items()}
        yield _with(text, values)


def arrays_in(text: str) -> dict[str, str]:
    """Return the words of each array that a script sets to literals, ready to stand in a `for`."""
    arrays = {}
    for name, body in _ARRAY.findall(text):
        try:
            words = shlex.split(body, comments=True)
        except ValueError:
            continue
        if not any(word.startswith("[") for word in words):
            arrays[name] = shlex.join(words)
    return arrays


def with_arrays(text: str, arrays: Mapping[str, str]) -> str:
    """Put the words of whole arrays in."""
    return _WHOLE_ARRAY.sub(lambda match: arrays.get(match[1], match[0]), text)


def rows_of_for(text: str) -> Rows | None:
    """Return the turns of a `for` in this line; none when its words are not literal, None when there is no `for`.

    A `*` stands for anything, as a variable does.
    """
    match = _FOR.search(text)
    if match is None:
        return None
    try:
        words = shlex.split(match["words"], comments=True)
    except ValueError:
        return ()
    literal = not any(mark in match["words"] for mark in "$`?(")
    return tuple({match["name"]: word.replace("*", "$any")} for word in words) if literal else ()


def rows_with_read(text: str, rows: Rows) -> Rows:
    """Add the names that a `read` in this line splits a value of the loop into."""
    match = _READ.search(text)
    if match is None or not any(match["name"] in row for row in rows):
        return rows
    names = match["names"].split()
    return tuple(
        {**row, **dict(zip(names, row[match["name"]].split(match["mark"], len(names) - 1), strict=False))}
        for row in rows
        if match["name"] in row
    )


def _with(text: str, values: Row) -> str:
    return _NAME.sub(lambda match: values.get(next(name for name in match.groups() if name), match[0]), text)
