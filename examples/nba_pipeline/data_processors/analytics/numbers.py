"""Arithmetic over rows whose values come untyped from a store."""

from __future__ import annotations

from collections.abc import Sequence

from shared.tables.store import Row


def number(row: Row, name: str) -> float:
    value = row[name]
    if not isinstance(value, int | float):
        raise TypeError(f"{name} is {value!r}, not a number")
    return float(value)


def ratio(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None


def mean(rows: Sequence[Row], name: str) -> float | None:
    return ratio(sum(number(row, name) for row in rows), len(rows))


def possessions(team: Row) -> float:
    """The usual estimate: attempts that ended a possession, and turnovers."""
    attempts = number(team, "fg_attempted") + 0.44 * number(team, "ft_attempted")
    return attempts - number(team, "offensive_rebounds") + number(team, "turnovers")
