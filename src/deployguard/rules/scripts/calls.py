"""The facts that a deploy script gives: the commands it runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

MARKDOWN, MAKE, PYTHON, SHELL, YAML = "markdown", "make", "python", "shell", "yaml"


class Word(NamedTuple):
    """One argument, quotes taken off, variables kept as text; `line` is its own, counted from 1."""

    text: str
    line: int


class Call(NamedTuple):
    """One run of `gcloud`, `deployguard` or `pytest`.

    `words` are the arguments after the program; a variable that the same file sets to flags is replaced by them.
    The values of environment and secret flags are not in it. `by_action` says that a GitHub action makes the call.
    `in_function` says that the call stands in a shell function, which runs where it is called. `creates` says that
    it runs only where the service was found not to exist. `stamped` says that it names a commit; `opaque` that an
    argument could not be read. `template` says that it holds placeholders for a reader to fill in. `swallowed` is
    what hides its failure, as written, on `swallowed_line`; empty when nothing does.
    """

    program: str
    words: tuple[Word, ...]
    line: int
    by_action: bool = False
    in_function: bool = False
    creates: bool = False
    stamped: bool = False
    opaque: bool = False
    template: bool = False
    swallowed: str = ""
    swallowed_line: int = 0


class ScriptFacts(NamedTuple):
    """What one file runs, in the order of its lines; `json.dumps` takes it as it is."""

    kind: str
    calls: tuple[Call, ...] = ()


def revived(plain: Sequence[Any]) -> ScriptFacts:
    """Make facts again from what `json.loads` returns of them."""
    kind, calls = plain
    return ScriptFacts(kind, tuple(Call(call[0], _words(call[1]), *call[2:]) for call in calls))


def _words(plain: Sequence[Any]) -> tuple[Word, ...]:
    return tuple(Word(text, line) for text, line in plain)
