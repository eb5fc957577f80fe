"""Tables of a database, and what is asked of it: the same words for DuckDB and BigQuery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """What a column holds. A `MOMENT` carries its time zone or is UTC, a `CIVIL` time carries none."""

    DATE = "a date"
    MOMENT = "a time"
    CIVIL = "a time without a zone"
    TEXT = "text"
    INTEGER = "a whole number"
    OTHER = "something else"


class Column(NamedTuple):
    """`name` is as the database writes it."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Shape:
    """A table that exists: `path` is its full name, outermost first.

    `partitions` is the column that it is partitioned by, "" for none or where the database has no such thing.
    """

    path: tuple[str, ...]
    columns: tuple[Column, ...]
    partitions: str = ""

    @property
    def name(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a query may cost: rows to return, seconds, and bytes to read; `day` is its parameter `date`."""

    day: date
    rows: int = 1000
    seconds: int = 600
    bytes: int = 10 * 1024**3


@dataclass(frozen=True, slots=True)
class Rows:
    """The first rows of an answer; `total` counts all of them, `read` the bytes that it cost, None where not told."""

    rows: tuple[Mapping[str, object], ...] = field(default=())
    total: int = 0
    read: int | None = None
