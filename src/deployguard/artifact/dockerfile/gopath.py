"""Go's `filepath.Match` and `filepath.Clean`, and the `**` that Docker adds to them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

_STAR, _DEEP, _ALL = "[^/]*", "(?:.*/)?", ".*"
_MANY = frozenset({_STAR, _DEEP, _ALL})
# Python's matcher backtracks; beyond so many wildcards a pattern is walked instead, in linear time as in Go.
_MOST_BACKTRACKED = 3

Matcher = Callable[[str], bool]


class _State(NamedTuple):
    """A place in a pattern: before token `at`, or inside the folders that a `**/` there is passing over."""

    at: int
    inside: bool = False


def clean(path: str) -> str:
    """Return the shortest equal path, as Go's `filepath.Clean` gives it; `.` for an empty one."""
    cleaned = posixpath.normpath(path) if path else "."
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def is_pattern(path: str) -> bool:
    """Tell whether BuildKit takes a source path for a pattern (fsutil/copy, "containsWildcards")."""
    escaped = False
    for char in path:
        if char in "*?[" and not escaped:
            return True
        escaped = char == "\\" and not escaped
    return False


@lru_cache(maxsize=1024)
def matcher(pattern: str, *, deep: bool) -> Matcher | None:
    """Compile a pattern whose `*` stops at slashes; None for a malformed one (Go: `ErrBadPattern`).

    `deep`: `**` reaches over any number of folders, as in `.dockerignore`; otherwise it is a `*`.
    """
    tokens = _tokens(pattern, deep)
    if tokens is None:
        return None
    if _is_costly(tokens):
        return lambda path: _walked(tokens, path)
    compiled = re.compile("".join(tokens) + r"\Z", re.DOTALL)
    return lambda path: compiled.match(path) is not None


def expression(pattern: str, *, deep: bool) -> str | None:
    """Return a pattern as a regular expression; None when it is malformed, or too costly to be one."""
    tokens = _tokens(pattern, deep)
    return None if tokens is None or _is_costly(tokens) else "".join(tokens)


def _is_costly(tokens: tuple[str, ...]) -> bool:
    return sum(token in _MANY for token in tokens) > _MOST_BACKTRACKED


def _tokens(pattern: str, deep: bool) -> tuple[str, ...] | None:
    """Translate a pattern to regular expressions of one character each, and the three that repeat."""
    out: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*":
            token, at = _stars(pattern, at) if deep else (_STAR, at)
            out += [] if out[-1:] == [token] else [token]
        elif char == "?":
            out.append("[^/]")
        elif char == "[":
            found = _character_class(pattern, at)
            if found is None:
                return None
            out.append(found[0])
            at = found[1]
        elif char == "\\":
            if at == len(pattern):
                return None
            out.append(re.escape(pattern[at]))
            at += 1
        else:
            out.append(re.escape(char))
    return tuple(out)


def _stars(pattern: str, at: int) -> tuple[str, int]:
    """Translate what begins with a star: `*`, `**/` (and `**` before a name), or `**` at the end."""
    if not pattern.startswith("*", at):
        return _STAR, at
    at += 1
    at += pattern.startswith("/", at)
    return (_DEEP if at < len(pattern) else _ALL), at


def _character_class(pattern: str, at: int) -> tuple[str, int] | None:
    """Translate what follows a `[`, up to and with its `]`."""
    negated = pattern.startswith("^", at)
    at += negated
    ranges: list[str] = []
    while at < len(pattern) and not (pattern[at] == "]" and ranges):
        low, at = _member(pattern, at)
        high = low
        if pattern.startswith("-", at):
            high, at = _member(pattern, at + 1)
        if not low or not high:
            return None
        ranges.append(f"{re.escape(low)}-{re.escape(high)}" if low <= high else "")
    if at >= len(pattern):
        return None
    inside = "".join(ranges)
    if not inside:
        return ("[^/]" if negated else r"(?!)"), at + 1
    return f"(?!/)[{'^' if negated else ''}{inside}]", at + 1


def _member(pattern: str, at: int) -> tuple[str, int]:
    """Return one character of a class and where the next begins; empty where Go finds the pattern bad."""
    if at >= len(pattern) or pattern[at] in "-]":
        return "", at
    if pattern[at] == "\\":
        at += 1
    return pattern[at : at + 1], at + 1


def _walked(tokens: tuple[str, ...], path: str) -> bool:
    """Match by keeping every place of the pattern that the path may have come to."""
    states = _reachable(tokens, (_State(0),))
    for char in path:
        states = _reachable(tokens, (after for state in states for after in _after(tokens, state, char)))
        if not states:
            return False
    return _State(len(tokens)) in states


def _reachable(tokens: tuple[str, ...], states: Iterable[_State]) -> frozenset[_State]:
    """Add the places that are reached without a character: past anything that may match nothing."""
    found: set[_State] = set()
    for state in states:
        at = state
        found.add(at)
        while not at.inside and at.at < len(tokens) and tokens[at.at] in _MANY:
            at = _State(at.at + 1)
            found.add(at)
    return frozenset(found)


def _after(tokens: tuple[str, ...], state: _State, char: str) -> Iterable[_State]:
    if state.at == len(tokens):
        return
    token = tokens[state.at]
    if token == _DEEP:
        yield _State(state.at, inside=True)
        if char == "/":
            yield _State(state.at + 1)
    elif token == _ALL or (token == _STAR and char != "/"):
        yield state
    elif token != _STAR and re.match(token, char, re.DOTALL):
        yield _State(state.at + 1)
