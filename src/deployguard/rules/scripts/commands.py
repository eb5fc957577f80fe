"""Shell tokens to simple commands, with what stands around each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from deployguard.rules.scripts.tokens import Token, tokens

_TESTS = frozenset({"if", "elif", "while", "until", "!"})
_RESERVED = _TESTS | {"then", "else", "do", "{", "time", "fi", "done", "}", "esac"}
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)(\+?)=")
_DECLARING = frozenset({"export", "local", "readonly", "declare", "typeset"})
_DEEPEST = 20  # conditions around a command that are looked at
_EXISTS = re.compile(r"\b(?:describe|list)\b")


class Command(NamedTuple):
    """A simple command.

    `reserved` are the reserved words taken off its front, `before` and `after` the operators beside it. `function`
    names the shell function it stands in. `tested` says that a condition takes its status. `creates` says that it
    runs only where a `gcloud ... describe` failed.
    """

    words: tuple[Token, ...]
    reserved: tuple[str, ...]
    before: str
    after: str
    function: str = ""
    tested: bool = False
    creates: bool = False

    @property
    def text(self) -> str:
        return " ".join(word.raw or word.text for word in self.words)


class Assignment(NamedTuple):
    """`name=value`, `name+=value` or `name=( ... )`; `source` is the value as written, from `line` on."""

    name: str
    source: str
    line: int
    is_array: bool
    function: str


def commands(text: str, line: int = 1) -> list[Command]:
    """Read the simple commands of shell text, in the order they stand."""
    return list(_placed(_split(tokens(text, line))))


def assignments(read: list[Command]) -> list[Assignment]:
    """List the variables that the commands set."""
    found = []
    for command in read:
        declares = command.words and command.words[0].text in _DECLARING
        for word in command.words[1:] if declares else command.words:
            match = _ASSIGNED.match(word.raw or word.text)
            if match and word.elements:
                found.append(Assignment(match[1], *word.elements, True, command.function))
            elif match:
                found.append(
                    Assignment(match[1], word.raw[match.end() :], word.line, False, command.function)
                )
            elif not declares:
                break
    return found


def _split(found: list[Token]) -> Iterator[Command]:
    words: list[Token] = []
    before = "\n"
    for token in (*found, Token("\n", 0, is_word=False)):
        if token.is_word:
            words.append(token)
            continue
        if words:
            reserved = _leading(words)
            yield Command(tuple(words[len(reserved) :]), reserved, before, token.text)
        elif token.text == "\n" and before in {"&&", "||", "|"}:
            continue  # the list goes on in the next line
        elif token.text in "()":
            yield Command((), (), before, token.text)
        words = []
        before = token.text


def _leading(words: list[Token]) -> tuple[str, ...]:
    count = 0
    while count < len(words) and words[count].raw in _RESERVED:
        count += 1
    return tuple(word.raw for word in words[:count])


def _placed(split: Iterator[Command]) -> Iterator[Command]:
    """Tell each command its function, and whether a condition hangs on it or it hangs on one."""
    conditions: list[
        tuple[bool, bool]
    ] = []  # (asks whether something exists, is in the branch where it does not)
    function, depth, tests = "", 0, False
    read = list(split)
    for at, command in enumerate(read):
        for word in command.reserved:
            tests = (tests or word in _TESTS) and word not in {"then", "do", "else"}
            depth += {"{": 1, "}": -1}.get(word, 0)
            _turn(word, command, conditions)
        if named := _function_named(read, at):
            function, depth = named, 0
        elif function and depth <= 0 and "}" in command.reserved:
            function = ""
        creates = any(absent for _, absent in conditions[-_DEEPEST:]) or (
            command.before == "||" and at > 0 and _asks(read[at - 1])
        )
        yield command._replace(function=function, tested=tests, creates=creates)
        if command.after not in {"&&", "||", "|"}:
            tests = False
    return


def _turn(word: str, command: Command, conditions: list[tuple[bool, bool]]) -> None:
    if word == "if":
        negated = "!" in command.reserved
        conditions.append((_asks(command), False) if not negated else (False, False))
        if negated and _asks(command):
            conditions[-1] = (False, True)
    elif word in {"else", "elif"} and conditions:
        asks, absent = conditions[-1]
        conditions[-1] = (False, asks and not absent)
    elif word == "fi" and conditions:
        conditions.pop()


def _asks(command: Command) -> bool:
    return bool(command.words) and command.words[0].text == "gcloud" and bool(_EXISTS.search(command.text))


def _function_named(read: list[Command], at: int) -> str:
    """Return the name when `name() {` or `function name {` begins at this command."""
    words = read[at].words
    if words and words[0].text == "function" and len(words) > 1:
        return words[1].text
    if len(words) == 1 and read[at].after == "(" and at + 1 < len(read):
        following = read[at + 1]
        if not following.words and following.after == ")":
            return words[0].text
    return ""
