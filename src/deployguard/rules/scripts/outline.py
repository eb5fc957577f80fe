"""The outline of a YAML file: mappings, lists and scalars with their lines, read tolerantly.

Only what CI files use of YAML 1.2 is read: block and flow collections, plain, quoted and block scalars. Tags, anchors
and merge keys are passed over. A line that does not fit is skipped: this never fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

_KEY = re.compile(
    r"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<plain>[^\s#'"\[{&*!|>%@`,-][^#\n]*?|-[^\s#:]+))\s*:(?=\s|$)"""
)
_BLOCK = re.compile(r"(?:[&!]\S+\s+)*([|>])[-+0-9]*\s*(?:#.*)?$")
_PROPERTY = re.compile(r"[&!]\S*(?:\s+|$)")
_ITEM = re.compile(r"-(?:\s+|$)")
_FLOW = re.compile(
    r"[\[\]{},]|\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|#[^\n]*|[^\s\[\]{},\"'#][^\[\]{},\n]*", re.DOTALL
)
_DEEPEST = 60


class Scalar(NamedTuple):
    """A scalar. Its text begins on `line`; in `text`, lines that YAML folds end in a continuation of the shell."""

    text: str
    line: int


class Sequence(NamedTuple):
    """A list of nodes."""

    items: tuple[Node, ...]
    line: int


class Mapping(NamedTuple):
    """Keys and nodes, in their order."""

    pairs: tuple[tuple[str, Node], ...]
    line: int

    def get(self, key: str) -> Node | None:
        return next((node for name, node in self.pairs if name == key), None)

    def text(self, key: str) -> str:
        """Return the scalar under a key; empty when there is none."""
        node = self.get(key)
        return node.text if isinstance(node, Scalar) else ""


Node = Scalar | Sequence | Mapping


class _Line(NamedTuple):
    indent: int
    text: str
    number: int


def outline(text: str) -> tuple[Node, ...]:
    """Read every document of a YAML file."""
    reader = _Reader(text.expandtabs(2).split("\n"))
    found = []
    while reader.peek() is not None:
        at = reader.at
        found.append(reader.node(0, 0))
        if reader.at == at:
            reader.at += 1
    return tuple(found)


def mappings(node: Node) -> Iterator[Mapping]:
    """Yield every mapping at or below a node, outer ones first."""
    pending = [node]
    while pending:
        here = pending.pop()
        if isinstance(here, Mapping):
            yield here
            pending += [below for _, below in reversed(here.pairs)]
        elif isinstance(here, Sequence):
            pending += reversed(here.items)


@dataclass
class _Reader:
    lines: list[str]
    at: int = 0

    def peek(self) -> _Line | None:
        """Return the next line that says something; `at` is left on it."""
        while self.at < len(self.lines):
            raw = self.lines[self.at].rstrip()
            text = raw.lstrip()
            if text and not text.startswith(("#", "---", "%YAML")):
                return _Line(len(raw) - len(text), text, self.at + 1)
            self.at += 1
        return None

    def node(self, indent: int, depth: int) -> Node:
        """Read the node whose lines stand at `indent` or deeper."""
        first = self.peek()
        if first is None or first.indent < indent or depth > _DEEPEST:
            return Scalar("", self.at + 1)
        if _ITEM.match(first.text):
            return self._sequence(first, depth)
        if _KEY.match(first.text):
            return self._mapping(first, depth)
        return self._value(first.text, indent - 1, depth)

    def _sequence(self, first: _Line, depth: int) -> Sequence:
        items = []
        while (line := self.peek()) and line.indent == first.indent and (match := _ITEM.match(line.text)):
            rest = line.text[match.end() :]
            if not rest or rest.startswith("#"):
                self.at += 1
                items.append(self._nested(line.indent + 1, depth))
                continue
            # What follows the dash is a node of its own, as deep as it stands.
            inner = line.indent + match.end()
            if _KEY.match(rest) or _ITEM.match(rest):
                self.lines[self.at] = " " * inner + rest
                items.append(self.node(inner, depth + 1))
            else:
                items.append(self._value(rest, line.indent, depth))
        return Sequence(tuple(items), first.number)

    def _mapping(self, first: _Line, depth: int) -> Mapping:
        pairs: list[tuple[str, Node]] = []
        while (line := self.peek()) and line.indent >= first.indent:
            match = _KEY.match(line.text) if line.indent == first.indent else None
            if match is None:
                if line.indent == first.indent and _ITEM.match(line.text):
                    break
                self.at += 1
                continue
            key = next(name for name in match.group("double", "single", "plain") if name is not None)
            pairs.append((key, self._after(line, line.text[match.end() :].strip(), depth)))
        return Mapping(tuple(pairs), first.number)

    def _after(self, line: _Line, rest: str, depth: int) -> Node:
        rest = rest if _BLOCK.match(rest) else _PROPERTY.sub("", rest)
        if rest and not rest.startswith("#"):
            return self._value(rest, line.indent, depth)
        self.at += 1
        following = self.peek()
        # A list may stand as deep as its key.
        if following and following.indent == line.indent and _ITEM.match(following.text):
            return self._sequence(following, depth + 1)
        return self._nested(line.indent + 1, depth)

    def _nested(self, indent: int, depth: int) -> Node:
        following = self.peek()
        if following is None or following.indent < indent:
            return Scalar("", self.at)
        return self.node(following.indent, depth + 1)

    def _value(self, text: str, outer: int, depth: int) -> Node:
        """Read a scalar or flow collection that begins with `text` on the current line."""
        if match := _BLOCK.match(text):
            return self._block(outer, folds=match[1] == ">")
        if text[0] in "[{":
            return self._flow(text, depth)
        return self._plain(text, outer)

    def _block(self, outer: int, folds: bool) -> Scalar:
        self.at += 1
        start, body = self.at, list[str]()
        while self.at < len(self.lines):
            raw = self.lines[self.at].rstrip("\r")
            if raw.strip() and len(raw) - len(raw.lstrip()) <= outer:
                break
            body.append(raw)
            self.at += 1
        margin = min((len(raw) - len(raw.lstrip()) for raw in body if raw.strip()), default=0)
        body = [raw[margin:] for raw in body]
        return Scalar((_folded(body) if folds else "\n".join(body)).rstrip("\n"), start + 1)

    def _plain(self, text: str, outer: int) -> Scalar:
        line = self.at + 1
        quote = text[0] if text[0] in "\"'" else ""
        body = [text]
        self.at += 1
        while self.at < len(self.lines):
            raw = self.lines[self.at]
            deeper = len(raw) - len(raw.lstrip()) > outer
            if (quote and _is_closed(" ".join(body), quote)) or not raw.strip() or not deeper:
                break
            if not quote and raw.lstrip().startswith("#"):
                break
            body.append(raw.strip())
            self.at += 1
        if quote:
            return Scalar(_unquoted(_folded(body), quote), line)
        return Scalar(_folded([re.sub(r"(?:^|\s+)#.*", "", said) for said in body]), line)

    def _flow(self, text: str, depth: int) -> Node:
        start = self.at
        rest = "\n".join([text, *self.lines[start + 1 : start + 400]])
        pieces, end = _pieces(rest, start + 1)
        self.at = start + 1 + rest.count("\n", 0, end)
        return _flow_node(pieces, depth)


def _folded(body: list[str]) -> str:
    said = [raw.rstrip().removesuffix("\\").rstrip() for raw in body]
    joined = [
        text + (" \\" if text and at + 1 < len(said) and said[at + 1] else "") for at, text in enumerate(said)
    ]
    return "\n".join(joined)


def _is_closed(text: str, quote: str) -> bool:
    inner = text[1:].replace("\\\\", "").replace('\\"', "") if quote == '"' else text[1:].replace("''", "")
    return quote in inner


def _unquoted(text: str, quote: str) -> str:
    if quote == "'":
        return re.sub(r"'\s*(?:#.*)?$", "", text[1:].replace("''", "\0")).replace("\0", "'")
    inner = re.sub(r'(?<!\\)"\s*(?:#.*)?$', "", text[1:])
    return re.sub(r'\\(["\\/])', r"\1", inner)


class _Piece(NamedTuple):
    text: str
    line: int


def _pieces(text: str, line: int) -> tuple[list[_Piece], int]:
    """Cut a flow collection into marks and scalars, up to its closing mark."""
    found: list[_Piece] = []
    depth, seen = 0, 0
    for match in _FLOW.finditer(text):
        piece = match[0].rstrip()
        if piece.startswith("#") and (not match.start() or text[match.start() - 1].isspace()):
            continue
        line += text.count("\n", seen, match.start())
        seen = match.start()
        found.append(_Piece(piece, line))
        depth += (piece in {"[", "{"}) - (piece in {"]", "}"})
        if not depth:
            return found, match.end()
    return found, len(text)


def _flow_node(pieces: list[_Piece], depth: int) -> Node:
    """Make a list of the pieces; a flow mapping gives its pairs as far as they are plain."""
    items: list[Node] = []
    opener = pieces[0]
    at = 1
    while at < len(pieces):
        piece = pieces[at]
        if piece.text in {"[", "{"} and depth < _DEEPEST:
            end = _end_of(pieces, at)
            items.append(_flow_node(pieces[at : end + 1], depth + 1))
            at = end
        elif piece.text not in {"]", "}", ","}:
            quote = piece.text[0] if piece.text[0] in "\"'" else ""
            items.append(Scalar(_unquoted(piece.text, quote) if quote else piece.text, piece.line))
        at += 1
    if opener.text == "[":
        return Sequence(tuple(items), opener.line)
    return Mapping(tuple(_pairs(items)), opener.line)


def _pairs(items: list[Node]) -> Iterator[tuple[str, Node]]:
    for item in items:
        if isinstance(item, Scalar):
            key, _, value = item.text.partition(":")
            yield key.strip(), Scalar(value.strip(), item.line)


def _end_of(pieces: list[_Piece], at: int) -> int:
    depth = 0
    for end in range(at, len(pieces)):
        depth += (pieces[end].text in {"[", "{"}) - (pieces[end].text in {"]", "}"})
        if not depth:
            return end
    return len(pieces) - 1
