"""Reading a filter: words, then parts of parts; in this language OR binds tighter than AND."""

from __future__ import annotations

import re

from deployguard.gcp.logfilter.comparing import VALUE_TESTS, compared
from deployguard.gcp.logfilter.parts import AllOf, AnyOf, Call, Comparison, Filter, FilterError, Not, Words

_TOKEN = re.compile(
    r"""\s+|--[^\n]*|(?P<open>\()|(?P<close>\))|(?P<op><=|>=|!=|=~|!~|=|<|>|:)|(?P<minus>-(?=[A-Za-z("]))"""
    r"""|(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<word>[^\s()=<>:!"'\x00-\x1f]+)"""
)
_FUNCTIONS = frozenset({"cast", "ip_in_net", "log_id", "regexp_extract", "sample", "search", "source"})
_MOST_NESTED = 100


def parse(text: str) -> Filter:
    """Read a filter.

    Raises:
        FilterError: with the place of what cannot be read.
    """
    parser = _Parser(_tokens(text))
    if parser.at_end:
        return AllOf(())
    found = parser.either()
    if not parser.at_end:
        raise FilterError(f"Unparseable filter: unexpected {parser.take()[1]!r}")
    return found


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise FilterError(f"Unparseable filter: syntax error at column {at + 1}, token {text[at]!r}")
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
    """Recursive descent, one method a level."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def at_end(self) -> bool:
        return self._at == len(self._tokens)

    def take(self) -> tuple[str, str]:
        if self.at_end:
            raise FilterError("Unparseable filter: it ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _next_is(self, kind: str, *texts: str) -> bool:
        if self.at_end or self._tokens[self._at][0] != kind:
            return False
        return not texts or self._tokens[self._at][1] in texts

    def either(self) -> Filter:
        self._depth += 1
        if self._depth > _MOST_NESTED:
            raise FilterError("Unparseable filter: brackets are nested too deep")
        parts = [self._any()]
        while not self.at_end and not self._next_is("close"):
            if self._next_is("word", "AND"):
                self.take()
            parts.append(self._any())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _any(self) -> Filter:
        parts = [self._not()]
        while self._next_is("word", "OR"):
            self.take()
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _not(self) -> Filter:
        negations = 0
        while self._next_is("word", "NOT") or self._next_is("minus"):
            self.take()
            negations += 1
        part = self._one()
        return Not(part) if negations % 2 else part

    def _one(self) -> Filter:
        if not self._next_is("open"):
            return self._comparison()
        self.take()
        part = self.either()
        if self.take()[0] != "close":
            raise FilterError("Unparseable filter: a bracket is not closed")
        return part

    def _comparison(self) -> Filter:
        kind, name = self.take()
        if kind not in {"word", "string"} or name in {"AND", "OR"}:
            raise FilterError(f"Unparseable filter: unexpected {name!r}")
        if kind == "word" and name.lower() in _FUNCTIONS and self._next_is("open"):
            return self._call(name.lower())
        if not self._next_is("op"):
            return Words(_text(name).lower())
        operator = self.take()[1]
        if self._next_is("open"):
            return self._among(name, operator)
        return self._compared(name, operator)

    def _compared(self, name: str, operator: str) -> Filter:
        """Read a value, or a function of Monitoring's filters that stands for several: `starts_with("a")`."""
        at = self._at
        kind, word = self.take()
        if kind == "word" and word in VALUE_TESTS and self._next_is("open"):
            arguments = self._call(word).arguments
            tests = [VALUE_TESTS[word](argument) for argument in arguments]
            return Comparison(_way(name), operator, word, lambda held: any(test(held) for test in tests))
        self._at = at
        return compared(_way(name), operator, self._value())

    def _call(self, name: str) -> Call:
        self.take()
        arguments = []
        while (token := self.take())[0] != "close":
            arguments.append(_text(token[1].rstrip(",") if token[0] == "word" else token[1]))
        if self._next_is("op"):  # `cast(field, INT64) > 5`: what it is compared with
            self.take()
            self._value()
        return Call(name, tuple(argument for argument in arguments if argument))

    def _among(self, name: str, operator: str) -> Filter:
        """Read `field = (a OR b)` and `field = (a AND b)`."""
        self.take()
        parts = [compared(_way(name), operator, self._value())]
        joint = "OR"
        while self._next_is("word", "OR", "AND"):
            joint = self.take()[1]
            parts.append(compared(_way(name), operator, self._value()))
        if self.take()[0] != "close":
            raise FilterError("Unparseable filter: a bracket is not closed")
        return AnyOf(tuple(parts)) if joint == "OR" else AllOf(tuple(parts))

    def _value(self) -> str:
        kind, text = self.take()
        if kind not in {"word", "string"}:
            raise FilterError(f"Unparseable filter: a value was expected, not {text!r}")
        # an unquoted timestamp comes in pieces around its colons
        while kind == "word" and re.match(r"\d{4}-\d\d-\d\dT", text) and self._next_is("op", ":"):
            text += self.take()[1] + self.take()[1]
        return _text(text)


def _way(name: str) -> tuple[str, ...]:
    way = tuple(_text(step) for step in re.findall(r'"(?:[^"\\]|\\.)*"|[^."]+', name))
    if not way:
        raise FilterError(f"Unparseable filter: {name!r} is no field")
    return way


def _text(token: str) -> str:
    if token[:1] in {'"', "'"} and len(token) > 1:
        # a backslash before anything else is a regular expression's own
        return re.sub(r"""\\(["'\\])""", r"\1", token[1:-1])
    return token
