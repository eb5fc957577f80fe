"""On which line of a TOML text each key stands: what tomllib does not tell.

The text is taken to be valid TOML 1.0 (toml.io/en/v1.0.0); on any other text the answer is incomplete, never an error.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from deployguard.config.shape import KeyPath

_TOKEN = re.compile(
    r"""
    (?P<text> \"{3}(?:[^\\]|\\.)*?\"{3,5} | '{3}.*?'{3,5} | "(?:[^"\\\n]|\\.)*" | '[^'\n]*' )
  | (?P<comment> \#[^\n]* )
  | (?P<newline> \n )
  | (?P<mark> [][{},=.] )
  | (?P<bare> [^][{},=."'\#\s]+ )
    """,
    re.VERBOSE | re.DOTALL,
)


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


@dataclass(slots=True)
class _Frame:
    """An open table or array.

    In a table, `key` collects the parts of a dotted key until its `=` and is None from there on, while `path`
    leads to the value; `own` is the length of the table's own path. In an array, `index` counts the elements, and
    `filled` says that the one at `index` has begun.
    """

    path: KeyPath
    closes: str
    key: list[str] | None
    own: int = 0
    index: int = 0
    filled: bool = False


def key_lines(text: str) -> dict[KeyPath, int]:
    """Return the line, from 1, of every key, table and array element, by its path from the top."""
    scan = _Scan()
    for token in _tokens(text):
        scan.take(token)
    return scan.lines


def line_of(lines: Mapping[KeyPath, int], path: KeyPath) -> int:
    """Return the line of a key, or of the nearest table around it that is written down; 1 when none is."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _tokens(text: str) -> Iterator[_Token]:
    line, at = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        if match.lastgroup != "comment":
            yield _Token(match.lastgroup or "", match.group(), line)


@dataclass(slots=True)
class _Scan:
    lines: dict[KeyPath, int] = field(default_factory=dict)
    frames: list[_Frame] = field(default_factory=lambda: [_Frame((), "", [])])
    header: list[str] | None = None
    opened: int = 0
    counts: dict[KeyPath, int] = field(default_factory=dict)

    def take(self, token: _Token) -> None:
        if self.header is not None:
            self._take_header(token, self.header)
        elif self.frames[-1].closes == "]":
            self._take_element(token, self.frames[-1])
        elif self.frames[-1].key is None:
            self._take_value(token, self.frames[-1])
        else:
            self._take_key(token, self.frames[-1], self.frames[-1].key)

    def _take_header(self, token: _Token, parts: list[str]) -> None:
        if token.kind in {"bare", "text"}:
            parts.append(_key(token))
        elif token.text == "[":
            self.opened += 1
        elif token.text == "]" or token.kind == "newline":
            self._open_table(parts, token.line)
            self.header = None

    def _open_table(self, parts: list[str], line: int) -> None:
        path: KeyPath = ()
        for part in parts[:-1]:
            path = self._current((*path, part))
            self.lines.setdefault(path, line)
        path = (*path, *parts[-1:])
        self.lines.setdefault(path, line)
        if self.opened > 1:
            self.counts[path] = self.counts.get(path, -1) + 1
            path = self._current(path)
        self.lines[path] = line
        self.frames[:] = [_Frame(path, "", [])]

    def _current(self, path: KeyPath) -> KeyPath:
        """Return the path inside the newest element, where `path` is an array of tables."""
        return (*path, self.counts[path]) if path in self.counts else path

    def _take_key(self, token: _Token, frame: _Frame, parts: list[str]) -> None:
        if token.kind in {"bare", "text"}:
            parts.append(_key(token))
        elif token.text == "=":
            for end in range(1, len(parts)):
                self.lines.setdefault((*frame.path, *parts[:end]), token.line)
            self.lines[(*frame.path, *parts)] = token.line
            frame.own, frame.key = len(frame.path), None
            frame.path = (*frame.path, *parts)
        elif token.text == "[" and len(self.frames) == 1 and not parts:
            self.header, self.opened = [], 1
        elif token.text == "}":
            self._close()
        elif token.kind == "newline" or token.text == ",":
            parts.clear()

    def _take_value(self, token: _Token, frame: _Frame) -> None:
        if token.text in {"[", "{"}:
            self._open(token, frame.path)
        elif (token.kind == "newline" and not frame.closes) or token.text == ",":
            frame.path, frame.key = frame.path[: frame.own], []
        elif token.text == "}":
            self._close()

    def _take_element(self, token: _Token, frame: _Frame) -> None:
        if token.kind == "newline":
            return
        if token.text == "]":
            self._close()
        elif token.text == ",":
            frame.index, frame.filled = frame.index + 1, False
        else:
            path = (*frame.path, frame.index)
            if not frame.filled:
                self.lines[path] = token.line
            frame.filled = True
            if token.text in {"[", "{"}:
                self._open(token, path)

    def _open(self, token: _Token, path: KeyPath) -> None:
        table = token.text == "{"
        self.frames.append(_Frame(path, "}" if table else "]", [] if table else None))

    def _close(self) -> None:
        if len(self.frames) > 1:
            self.frames.pop()


def _key(token: _Token) -> str:
    if token.kind == "bare":
        return token.text
    try:
        return str(tomllib.loads(f"key = {token.text}")["key"])
    except ValueError:
        return token.text
