"""Comments and statements of files whose comments begin with `#`: requirements, Dockerfile, sh, YAML, TOML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Comment(NamedTuple):
    """A comment's line, its text from the `#` on, and whether nothing stands before it."""

    line: int
    text: str
    alone: bool


Span = tuple[int, int]
"""First and last line of a statement, counted from 1."""


def comments_in(lines: Sequence[str], start: int = 1) -> list[Comment]:
    """Find what follows a `#` that no quote encloses; `start` is the number of the first line."""
    found = []
    for number, line in enumerate(lines, start=start):
        at = _comment_at(line)
        if at is not None:
            found.append(Comment(number, line[at:], not line[:at].strip()))
    return found


def statements_in(lines: Sequence[str], start: int = 1) -> list[Span]:
    """Join lines that a backslash continues; blank lines and comments stand in none."""
    spans: list[Span] = []
    first = 0
    for number, line in enumerate(lines, start=start):
        stripped = line.strip()
        if stripped.startswith("#") or (not stripped and not first):
            continue
        first = first or number
        if not stripped.endswith("\\"):
            spans.append((first, number))
            first = 0
    return [*spans, (first, start + len(lines) - 1)] if first else spans


def _comment_at(line: str) -> int | None:
    if "#" not in line:
        return None
    quote = ""
    before = " "
    for at, each in enumerate(line):
        if quote:
            quote = "" if each == quote else quote
        elif each in "'\"" and not before.isalnum():
            quote = each
        elif each == "#" and before.isspace():
            return at
        before = each
    # A quote that never closes was an apostrophe, or opens a text of several lines: the marker was meant.
    return line.find("# deployguard:") if quote and "# deployguard:" in line else None
