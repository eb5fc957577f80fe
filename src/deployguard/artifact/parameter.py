"""Parameter expansion, `${NAME:-word}` and its kin, as Dockerfiles and shells share it."""

from __future__ import annotations

import re
from collections.abc import Callable

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
MOST_NESTED = 20  # nobody writes defaults of defaults of defaults deeper than that
LONGEST_VALUE = 10_000  # so that a value made of itself does not grow without end
_OPERATOR = re.compile(r":?[-+?=]")


def closing(text: str, at: int, opening: str, closer: str) -> int:
    """Return the index of the `closer` that matches the `opening` at `at`; the text's end when it is missing."""
    depth = 0
    for index in range(at, len(text)):
        if text[index] == opening:
            depth += 1
        elif text[index] == closer:
            depth -= 1
            if not depth:
                return index
    return len(text)


def parameter(body: str, lookup: Callable[[str], str | None]) -> tuple[str | None, str]:
    """Split the inside of `${...}` into what is known of its value and the word to expand in its place.

    The value is None when the word is to be taken instead, or when neither can be told; then the word is empty.
    Operators: POSIX shell, 2.6.2 "Parameter Expansion"; patterns (`#`, `%`, `/`) are not computed.
    """
    name = NAME.match(body)
    if not name:
        return None, ""
    value = lookup(name[0])
    rest = body[name.end() :]
    operator = _OPERATOR.match(rest)
    if not operator:
        return (value if not rest else None), ""
    word = rest[operator.end() :]
    present = bool(value) if operator[0].startswith(":") else value is not None
    if operator[0].endswith("+"):
        return (None, word) if present else ("", "")
    if present or operator[0].endswith("?"):
        return value, ""
    return (None, word) if word else ("", "")
