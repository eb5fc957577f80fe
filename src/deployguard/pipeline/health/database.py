"""What a check needs of a database, and how it is said that an answer could not be had."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Protocol

from deployguard.model.errors import DeployguardError
from deployguard.model.table import Bounds, Column, Rows, Shape

_SHOWN = 12


class Unanswered(DeployguardError):  # noqa: N818 - what is the case, not what broke
    """A question could not be answered; the check is an error, not a fail."""


class NoTable(Unanswered):
    """What a question is about is not there."""


class Database(Protocol):
    """A database that is only read. `dialect` is the name of its SQL, as ibis and sqlglot know it."""

    @property
    def dialect(self) -> str: ...

    def shape(self, table: str) -> Shape:
        """Return a table's columns.

        Raises:
            NoTable: it is not there; the message names those most like it.
            Unanswered: it cannot be told.
        """
        ...

    def ask(self, query: str, bounds: Bounds) -> Rows:
        """Answer one query that changes nothing; `date` is a parameter that it may use.

        Raises:
            NoTable: it reads a table that is not there.
            Unanswered: it is not one single reading query, is wrong, or costs more than it may.
        """
        ...

    def close(self) -> None: ...


def column_of(shape: Shape, name: str) -> Column:
    """Return a column by its name, in whatever case: neither database minds.

    Raises:
        Unanswered: there is none; the message names the one most like it.
    """
    for column in shape.columns:
        if column.name.casefold() == name.casefold():
            return column
    said = f"{shape.name} has no column `{name}`{most_like(name, [each.name for each in shape.columns])}"
    raise Unanswered(said)


def most_like(word: str, known: list[str]) -> str:
    """Return `; did you mean ...?` for the names most like a word, or what there is."""
    close = get_close_matches(word, known, 2, 0.6)
    if close:
        return f"; did you mean {' or '.join(f'`{each}`' for each in close)}?"
    listed = ", ".join(f"`{each}`" for each in known[:_SHOWN])
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return f"; there are {listed}{more}" if known else "; there is none"
