"""Logging's query language (cloud.google.com/logging/docs/view/logging-query-language), as far as deployguard uses it.

Comparisons (`= != > >= < <= : =~ !~`), AND, OR, NOT and `-`, brackets, and comparisons side by side, which mean AND.
Nothing here speaks to Google: a filter is read, tried on an entry, and asked what it could ever match.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

_TOKEN = re.compile(
    r"""\s+|--[^\n]*|(?P<open>\()|(?P<close>\))|(?P<op><=|>=|!=|=~|!~|=|<|>|:)|(?P<minus>-(?=[A-Za-z("]))"""
    r"""|(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<word>[^\s()=<>:!"'\x00-\x1f]+)"""
)
SEVERITIES = {
    "DEFAULT": 0, "DEBUG": 100, "INFO": 200, "NOTICE": 300, "WARNING": 400,
    "ERROR": 500, "CRITICAL": 600, "ALERT": 700, "EMERGENCY": 800,
}  # fmt: skip
_FUNCTIONS = frozenset({"cast", "ip_in_net", "log_id", "regexp_extract", "sample", "search", "source"})
_MOST_NESTED = 100


class FilterError(ValueError):
    """A filter that cannot be read, with what is wrong about it.

    `certain` is False where Google's own reader may see it otherwise: its regular expressions are RE2, not Python's.
    """

    def __init__(self, message: str, *, certain: bool = True) -> None:
        super().__init__(message)
        self.certain = certain


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field against a value; `field` is the way to it, such as `("resource", "type")`."""

    field: tuple[str, ...]
    operator: str
    wanted: str
    test: Callable[[Any], bool] = dataclasses.field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Words:
    """A text that stands alone: it is looked for everywhere in an entry."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the language, such as `log_id("run.googleapis.com/stderr")`; arguments are its bare words."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a part."""

    part: Filter


@dataclass(frozen=True, slots=True)
class AllOf:
    """AND; with no parts, every entry."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """OR."""

    parts: tuple[Filter, ...]


Filter = Comparison | Words | Call | Not | AllOf | AnyOf


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


def matches(part: Filter, entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry, in the JSON form of `LogEntry`, is one that a filter lets through."""
    match part:
        case Comparison(operator=operator, test=test):
            held = any(test(value) for value in _values(entry, part.field))
            return not held if operator in {"!=", "!~"} else held
        case Words(text):
            return text in str(entry).lower()
        case Call():
            return _answer(part, entry)
        case Not(inner):
            return not matches(inner, entry)
        case AllOf(parts):
            return all(matches(one, entry) for one in parts)
        case AnyOf(parts):
            return any(matches(one, entry) for one in parts)


def possible(part: Filter, known: Mapping[tuple[str, ...], str | None]) -> bool | None:
    """Tell whether an entry of which only some fields are known can match; None where it depends on the others.

    `known` gives the value of a field by the way to it, None for a field that such an entry does not have.
    """
    match part:
        case Comparison(operator=operator, test=test):
            way = tuple("labels" if step == "label" else step for step in part.field)
            if way not in known:
                return None
            value = known[way]
            held = value is not None and test(value)
            return not held if operator in {"!=", "!~"} else held
        case Words() | Call():
            return None
        case Not(inner):
            found = possible(inner, known)
            return None if found is None else not found
        case AllOf(parts):
            return _kleene([possible(one, known) for one in parts], False)
        case AnyOf(parts):
            return _kleene([possible(one, known) for one in parts], True)


def leaves(part: Filter) -> Iterator[Comparison | Words | Call]:
    """Yield the parts of a filter that have no parts, negated or not."""
    match part:
        case Not(inner):
            yield from leaves(inner)
        case AllOf(parts) | AnyOf(parts):
            for one in parts:
                yield from leaves(one)
        case _:
            yield part


def _answer(call: Call, entry: Mapping[str, Any]) -> bool:
    """What a function says of an entry; one that only Google can answer (`sample`, `source`) is taken to agree."""
    if call.name == "log_id" and call.arguments:
        return str(entry.get("logName", "")).endswith(f"/logs/{quote(call.arguments[0], safe='')}")
    if call.name == "search" and call.arguments:
        return call.arguments[-1].lower() in str(entry).lower()
    return True


def _kleene(found: list[bool | None], decisive: bool) -> bool | None:
    """Kleene's AND (decided by a False) and OR (decided by a True)."""
    if decisive in found:
        return decisive
    return None if None in found else not decisive


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
    """Recursive descent; in this language OR binds tighter than AND."""

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
        if kind == "word" and word in _VALUE_TESTS and self._next_is("open"):
            arguments = self._call(word).arguments
            tests = [_VALUE_TESTS[word](argument) for argument in arguments]
            return Comparison(_way(name), operator, word, lambda held: any(test(held) for test in tests))
        self._at = at
        return _compare(name, operator, self._value())

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
        parts = [_compare(name, operator, self._value())]
        joint = "OR"
        while self._next_is("word", "OR", "AND"):
            joint = self.take()[1]
            parts.append(_compare(name, operator, self._value()))
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


def _compare(name: str, operator: str, wanted: str) -> Comparison:
    way = _way(name)
    test = _searcher(wanted) if operator in {"=~", "!~"} else _matcher(way, operator, wanted)
    return Comparison(way, operator, wanted, test)


def _way(name: str) -> tuple[str, ...]:
    way = tuple(_text(step) for step in re.findall(r'"(?:[^"\\]|\\.)*"|[^."]+', name))
    if not way:
        raise FilterError(f"Unparseable filter: {name!r} is no field")
    return way


def _searcher(wanted: str) -> Callable[[Any], bool]:
    try:
        pattern = re.compile(wanted)
    except re.error as problem:
        said = f"Unparseable filter: {wanted!r} is no regular expression: {problem}"
        raise FilterError(said, certain=False) from problem
    return lambda held: pattern.search(str(held)) is not None


def _whole(wanted: str) -> Callable[[Any], bool]:
    return _searcher(f"^(?:{wanted})$")


# cloud.google.com/monitoring/api/v3/filters, "Comparisons"
_VALUE_TESTS: Mapping[str, Callable[[str], Callable[[Any], bool]]] = {
    "starts_with": lambda wanted: lambda held: str(held).startswith(wanted),
    "ends_with": lambda wanted: lambda held: str(held).endswith(wanted),
    "has_substring": lambda wanted: lambda held: wanted in str(held),
    "one_of": lambda wanted: lambda held: str(held) == wanted,
    "monitoring.regex.full_match": _whole,
}


def _matcher(way: tuple[str, ...], operator: str, wanted: str) -> Callable[[Any], bool]:
    if way == ("severity",):
        if wanted.upper() not in SEVERITIES and not wanted.isdigit():
            raise FilterError(f"Unparseable filter: {wanted!r} is no severity")
        rank = SEVERITIES.get(wanted.upper(), int(wanted) if wanted.isdigit() else 0)
        return lambda held: _ordered(SEVERITIES.get(str(held), 0), operator, rank)
    if way[-1].lower().endswith("timestamp"):
        moment = moment_of(wanted)
        return lambda held: _later(held, operator, moment)
    if operator == ":":
        return lambda held: wanted == "*" or wanted.lower() in str(held).lower()
    if operator in {"=", "!="}:
        return lambda held: (
            str(held).lower() == wanted.lower() if isinstance(held, bool) else str(held) == wanted
        )
    return lambda held: _numbers(held, operator, wanted)


def _later(held: Any, operator: str, wanted: datetime) -> bool:
    try:
        return _ordered(moment_of(str(held)), operator, wanted)
    except FilterError:  # a field of that name in somebody's own JSON
        return False


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
        raise FilterError(f"Unparseable filter: {text!r} is no timestamp") from problem
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _values(entry: Any, way: tuple[str, ...]) -> list[Any]:
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
