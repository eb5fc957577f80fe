"""The matrix of a workflow's job, as rows: what each of its runs puts in for `${{ matrix.KEY }}`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product

from deployguard.discovery.rows import Row, Rows

_MATRIX = re.compile(r"(?P<indent> *)matrix:\s*(?:#.*)?")
_PAIR = re.compile(r"""["']?(?P<key>[\w-]+)["']?\s*:\s*(?P<value>.*?)\s*""")
_WORDS = re.compile(r""""([^"]*)"|'([^']*)'|([^\s,"'\[\]{}][^,"'\[\]{}]*)""")
_COMMENT = re.compile(r"(?:^|\s)#.*$")


def matrices_in(text: str) -> Iterator[tuple[int, Rows]]:
    """Yield each matrix of a workflow with the line it begins in; it holds until the next one."""
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        match = _MATRIX.fullmatch(line)
        if match:
            yield number, tuple(_rows(_block(lines[number:], len(match["indent"]))))


def rows_at(matrices: Iterable[tuple[int, Rows]], number: int) -> Rows:
    """Return the rows that hold in one line of a workflow, of its matrices."""
    before = [rows for first, rows in matrices if first <= number]
    return before[-1] if before else ()


def _block(lines: list[str], indent: int) -> list[tuple[int, str]]:
    """Return the lines deeper than `indent`, each with its own depth; a list's dash is no depth of its own."""
    block = []
    for line in lines:
        told = _COMMENT.sub("", line).rstrip()
        depth = len(told) - len(told.lstrip())
        if told and depth <= indent:
            break
        if told:
            block.append((depth, told.strip()))
    return block


def _rows(block: list[tuple[int, str]]) -> Iterator[Row]:
    """Yield the runs: every combination of the plain keys, and those that `include` adds."""
    keys = dict(_keys(block))
    included = keys.pop("include", [])
    keys.pop("exclude", None)
    if keys and all(keys.values()):
        for combined in product(*keys.values()):
            yield {name: value for row in combined for name, value in row.items()}
    yield from included


def _keys(block: list[tuple[int, str]]) -> Iterator[tuple[str, list[Row]]]:
    top = min((depth for depth, _ in block), default=0)
    for at, (depth, line) in enumerate(block):
        match = _PAIR.fullmatch(line) if depth == top and not line.startswith("-") else None
        if match:
            below = []
            for deeper, text in block[at + 1 :]:
                if deeper < top or (deeper == top and not text.startswith("-")):
                    break
                below.append(text)
            key = match["key"]
            prefix = "" if key in {"include", "exclude"} else f"{key}."
            yield key, _listed(key, match["value"]) if match["value"] else list(_items(key, prefix, below))


def _listed(key: str, value: str) -> list[Row]:
    if not value.startswith("[") or "{" in value:
        return []
    return [{key: _word(found)} for found in _WORDS.findall(value)]


def _items(key: str, prefix: str, lines: list[str]) -> Iterator[Row]:
    row: dict[str, str] = {}
    for line in lines:
        if line.startswith("-"):
            if row:
                yield row
            row = {}
        text = line.removeprefix("-").strip()
        pairs = [each.strip() for each in text[1:-1].split(",")] if text.startswith("{") else [text]
        for pair in pairs:
            match = _PAIR.fullmatch(pair)
            if match and match["value"]:
                row[prefix + match["key"]] = match["value"].strip("\"'")
            elif line.startswith("-") and not match:
                row[key] = pair.strip("\"'")
    if row:
        yield row


def _word(found: tuple[str, str, str]) -> str:
    return (found[0] or found[1] or found[2]).strip()
