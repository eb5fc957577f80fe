"""Words and variables of Dockerfile instructions, which are not quite the shell's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from deployguard.artifact.parameter import LONGEST_VALUE, MOST_NESTED, NAME, closing, parameter


@dataclass(slots=True)
class Variables:
    """What `$NAME` stands for at one line of one stage.

    `unset` are build arguments that the Dockerfile declares and nobody gives a value: whoever builds it may.
    `asked` collects those of them that were needed.
    """

    values: Mapping[str, str]
    unset: frozenset[str] = frozenset()
    escape: str = "\\"
    asked: list[str] = field(default_factory=list)

    def lookup(self, name: str) -> str | None:
        value = self.values.get(name)
        return None if value is None else value[:LONGEST_VALUE]

    def missing(self, name: str) -> None:
        if name in self.unset and name not in self.asked:
            self.asked.append(name)


def words(text: str, variables: Variables) -> tuple[str, ...]:
    """Split at blanks outside quotes, drop the quotes, and put variables in; an unset one is empty."""
    found: list[str] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        word, at = _word(text, at, variables, stop=True)
        found.append(word)
    return tuple(found)


def expand(text: str, variables: Variables) -> str:
    """Return `text` as one word: quotes dropped, variables put in."""
    return _word(text, 0, variables, stop=False)[0]


def pairs(text: str, variables: Variables) -> tuple[tuple[str, str], ...]:
    """Read `ENV`: `key=value key=value`, or the old `key value` with one pair and blanks in its value."""
    head = text.split(None, 1)
    if head and "=" not in head[0]:
        return ((head[0], expand(head[1].strip(), variables) if len(head) > 1 else ""),)
    found = (word.partition("=") for word in words(text, variables))
    return tuple((key, value) for key, equals, value in found if key and equals)


def _word(text: str, at: int, variables: Variables, *, stop: bool) -> tuple[str, int]:
    out: list[str] = []
    while at < len(text) and not (stop and text[at].isspace()):
        char = text[at]
        if char == "'":
            end = text.find("'", at + 1)
            end = end if end >= 0 else len(text)
            out.append(text[at + 1 : end])
            at = end + 1
        elif char == '"':
            part, at = _quoted(text, at + 1, variables)
            out.append(part)
        elif char == variables.escape and at + 1 < len(text):
            out.append(text[at + 1])
            at += 2
        elif char == "$":
            part, at = _expansion(text, at, variables)
            out.append(part)
        else:
            out.append(char)
            at += 1
    return "".join(out), at


def _quoted(text: str, at: int, variables: Variables) -> tuple[str, int]:
    out: list[str] = []
    while at < len(text) and text[at] != '"':
        if text[at] == "$":
            part, at = _expansion(text, at, variables)
            out.append(part)
        elif text[at] == variables.escape and text[at + 1 : at + 2] in {'"', "$", variables.escape}:
            out.append(text[at + 1])
            at += 2
        else:
            out.append(text[at])
            at += 1
    return "".join(out), at + 1


def _expansion(text: str, at: int, variables: Variables) -> tuple[str, int]:
    if text.startswith("${", at):
        end = closing(text, at + 1, "{", "}")
        return _braced(text[at + 2 : end], variables), end + 1
    name = NAME.match(text, at + 1)
    if not name:
        return "$", at + 1
    value = variables.lookup(name[0])
    if value is None:
        variables.missing(name[0])
    return value or "", name.end()


def _braced(body: str, variables: Variables) -> str:
    value, word = parameter(body, variables.lookup)
    if value is None and not word and (name := NAME.match(body)):
        variables.missing(name[0])
    if value is not None:
        return value
    return "" if word.count("${") > MOST_NESTED else expand(word, variables)
