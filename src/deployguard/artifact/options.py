"""Command lines split into options and the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple


class Options(NamedTuple):
    """Values by option in the order given (an option without one has `""`), and what is no option."""

    values: Mapping[str, tuple[str, ...]]
    rest: tuple[str, ...]

    def last(self, *names: str) -> str | None:
        found = [value for name in names for value in self.values.get(name, ())]
        return found[-1] if found else None

    def all(self, *names: str) -> tuple[str, ...]:
        return tuple(value for name in names for value in self.values.get(name, ()))

    def has(self, *names: str) -> bool:
        return any(name in self.values for name in names)


def valued(words: Iterable[str], takes_value: frozenset[str], *, stop: bool = False) -> Options:
    """Split a line of which the options that take a value are known; `stop` ends at the first other word."""
    return _split(list(words), lambda name: name in takes_value, stop=stop)


def flagged(words: Iterable[str], flags: frozenset[str], *, stop: bool = False) -> Options:
    """Split a line of which the options that take no value are known."""
    return _split(list(words), lambda name: name not in flags, stop=stop)


def _split(words: list[str], takes_value: Callable[[str], bool], *, stop: bool) -> Options:
    values: dict[str, tuple[str, ...]] = {}
    rest: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word == "--":
            rest.extend(words[at:])
            break
        if not word.startswith("-") or word == "-":
            rest.append(word)
            if stop:
                rest.extend(words[at:])
                break
            continue
        name, equals, value = word.partition("=")
        if not word.startswith("--") and len(word) > 2:
            name, equals, value = _short(word, takes_value)
        if not equals and takes_value(name) and at < len(words):
            value = words[at]
            at += 1
        values[name] = (*values.get(name, ()), value)
    return Options(values, tuple(rest))


def _short(word: str, takes_value: Callable[[str], bool]) -> tuple[str, str, str]:
    """Read `-kvalue`, or the last of flags written together."""
    if takes_value(word[:2]):
        return word[:2], "=", word[2:].removeprefix("=")
    return f"-{word[-1]}", "", ""
