"""Logging's query language (cloud.google.com/logging/docs/view/logging-query-language), as far as deployguard uses it.

Comparisons (`= != > >= < <= : =~ !~`), AND, OR, NOT and `-`, brackets, and comparisons side by side, which mean AND.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from deployguard.emulator.refusal import invalid

Test = Callable[[Mapping[str, Any]], bool]
_TOKEN = re.compile(
    r"""\s+|--[^\n]*|(?P<open>\()|(?P<close>\))|(?P<op><=|>=|!=|=~|!~|=|<|>|:)|(?P<minus>-(?=[A-Za-z("]))"""
    r"""|(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<word>[^\s()=<>:!"'\x00-\x1f]+)"""
)
SEVERITIES = {
    "DEFAULT": 0, "DEBUG": 100, "INFO": 200, "NOTICE": 300, "WARNING": 400,
    "ERROR": 500, "CRITICAL": 600, "ALERT": 700, "EMERGENCY": 800,
}  # fmt: skip


def compiled(text: str) -> Test:
    """Return the test of a filter over an entry's JSON; raises Refusal with the place of what cannot be read."""
    parser = _Parser(_tokens(text))
    if parser.at_end:
        return lambda _: True
    test = parser.either()
    if not parser.at_end:
        raise invalid(f"Unparseable filter: unexpected {parser.take()[1]!r}")
    return test


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise invalid(f"Unparseable filter: syntax error at column {at + 1}, token {text[at]!r}")
        at = match.end()
        if match.lastgroup:
            found.append((match.lastgroup, match[0]))
    return _joined(found)


def _joined(tokens: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Join a path such as `labels."a.b/c"` into one word."""
    joined: list[tuple[str, str]] = []
    for kind, text in tokens:
        if (
            kind in {"string", "word"} and joined and joined[-1][0] == "word" and joined[-1][1].endswith(".")
        ) or (
            kind == "word"
            and text.startswith(".")
            and joined
            and joined[-1][0] == "word"
            and joined[-1][1].endswith('"')
        ):
            joined[-1] = ("word", joined[-1][1] + text)
        else:
            joined.append((kind, text))
    return joined


class _Parser:
    """Recursive descent; in this language OR binds tighter than AND."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def at_end(self) -> bool:
        return self._at == len(self._tokens)

    def take(self) -> tuple[str, str]:
        if self.at_end:
            raise invalid("Unparseable filter: it ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _next_is(self, kind: str, *texts: str) -> bool:
        if self.at_end or self._tokens[self._at][0] != kind:
            return False
        return not texts or self._tokens[self._at][1] in texts

    def either(self) -> Test:
        tests = [self._any()]
        while not self.at_end and not self._next_is("close"):
            if self._next_is("word", "AND"):
                self.take()
            tests.append(self._any())
        return lambda entry: all(test(entry) for test in tests)

    def _any(self) -> Test:
        tests = [self._not()]
        while self._next_is("word", "OR"):
            self.take()
            tests.append(self._not())
        return lambda entry: any(test(entry) for test in tests)

    def _not(self) -> Test:
        if self._next_is("word", "NOT") or self._next_is("minus"):
            self.take()
            test = self._not()
            return lambda entry: not test(entry)
        if self._next_is("open"):
            self.take()
            test = self.either()
            if self.take()[0] != "close":
                raise invalid("Unparseable filter: a bracket is not closed")
            return test
        return self._comparison()

    def _comparison(self) -> Test:
        kind, field = self.take()
        if kind not in {"word", "string"} or field in {"AND", "OR"}:
            raise invalid(f"Unparseable filter: unexpected {field!r}")
        if not self._next_is("op"):
            wanted = _text(field).lower()
            return lambda entry: wanted in str(entry).lower()
        operator = self.take()[1]
        if self._next_is("open"):
            return self._among(field, operator)
        return _compare(field, operator, self._value())

    def _among(self, field: str, operator: str) -> Test:
        self.take()
        tests = [_compare(field, operator, self._value())]
        while self._next_is("word", "OR"):
            self.take()
            tests.append(_compare(field, operator, self._value()))
        if self.take()[0] != "close":
            raise invalid("Unparseable filter: a bracket is not closed")
        return lambda entry: any(test(entry) for test in tests)

    def _value(self) -> str:
        kind, text = self.take()
        if kind not in {"word", "string"}:
            raise invalid(f"Unparseable filter: a value was expected, not {text!r}")
        # an unquoted timestamp comes in pieces around its colons
        while kind == "word" and re.match(r"\d{4}-\d\d-\d\dT", text) and self._next_is("op", ":"):
            text += self.take()[1] + self.take()[1]
        return _text(text)


def _compare(field: str, operator: str, wanted: str) -> Test:
    way = [_text(step) for step in re.findall(r'"(?:[^"\\]|\\.)*"|[^."]+', field)]
    if not way:
        raise invalid(f"Unparseable filter: {field!r} is no field")
    found = _searcher(wanted) if operator in {"=~", "!~"} else _matcher(way, operator, wanted)
    negative = operator in {"!=", "!~"}

    def test(entry: Mapping[str, Any]) -> bool:
        values = _values(entry, way)
        return not any(found(held) for held in values) if negative else any(found(held) for held in values)

    return test


def _searcher(wanted: str) -> Callable[[Any], bool]:
    try:
        pattern = re.compile(wanted)
    except re.error as problem:
        raise invalid(f"Unparseable filter: {wanted!r} is no regular expression: {problem}") from problem
    return lambda held: pattern.search(str(held)) is not None


def _matcher(way: list[str], operator: str, wanted: str) -> Callable[[Any], bool]:
    if way == ["severity"]:
        if wanted.upper() not in SEVERITIES and not wanted.isdigit():
            raise invalid(f"Unparseable filter: {wanted!r} is no severity")
        rank = SEVERITIES.get(wanted.upper(), int(wanted) if wanted.isdigit() else 0)
        return lambda held: _ordered(SEVERITIES.get(str(held), 0), operator, rank)
    if way[-1].lower().endswith("timestamp"):
        moment = moment_of(wanted)
        return lambda held: _ordered(moment_of(str(held)), operator, moment)
    if operator == ":":
        return lambda held: wanted == "*" or wanted.lower() in str(held).lower()
    if operator in {"=", "!="}:
        return lambda held: (
            str(held).lower() == wanted.lower() if isinstance(held, bool) else str(held) == wanted
        )
    return lambda held: _numbers(held, operator, wanted)


def _numbers(held: Any, operator: str, wanted: str) -> bool:
    try:
        return _ordered(float(held), operator, float(wanted))
    except (TypeError, ValueError):
        return _ordered(str(held), operator, wanted)


def _ordered(held: Any, operator: str, wanted: Any) -> bool:
    match operator:
        case "<":
            return bool(held < wanted)
        case "<=":
            return bool(held <= wanted)
        case ">":
            return bool(held > wanted)
        case ">=":
            return bool(held >= wanted)
        case _:
            return bool(held == wanted)


def moment_of(text: str) -> datetime:
    # Python's own reader takes at most microseconds
    short = re.sub(r"(\.\d{6})\d+", r"\1", text.replace("Z", "+00:00"))
    try:
        moment = datetime.fromisoformat(short)
    except ValueError as problem:
        raise invalid(f"Unparseable filter: {text!r} is no timestamp") from problem
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _values(entry: Any, way: list[str]) -> list[Any]:
    if isinstance(entry, list):
        return [value for one in entry for value in _values(one, way)]
    if not way:
        return [entry]
    if not isinstance(entry, Mapping):
        return []
    step = way[0] if way[0] in entry else _camel(way[0])
    if step in entry:
        return _values(entry[step], way[1:])
    return [entry[".".join(way)]] if ".".join(way) in entry else []


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)


def _text(token: str) -> str:
    if token[:1] in {'"', "'"} and len(token) > 1:
        # a backslash before anything else is a regular expression's own
        return re.sub(r"""\\(["'\\])""", r"\1", token[1:-1])
    return token
