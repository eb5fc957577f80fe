"""The parts that a filter is made of."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


class FilterError(ValueError):
    """A filter that cannot be read, with what is wrong about it.

    `certain` is False where Google's own reader may see it otherwise: its regular expressions are RE2, not Python's.
    """

    def __init__(self, message: str, *, certain: bool = True) -> None:
        super().__init__(message)
        self.certain = certain


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field against a value; `field` is the way to it, such as `("resource", "type")`."""

    field: tuple[str, ...]
    operator: str
    wanted: str
    test: Callable[[Any], bool] = dataclasses.field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Words:
    """A text that stands alone: it is looked for everywhere in an entry."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the language, such as `log_id("run.googleapis.com/stderr")`; arguments are its bare words."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a part."""

    part: Filter


@dataclass(frozen=True, slots=True)
class AllOf:
    """AND; with no parts, every entry."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """OR."""

    parts: tuple[Filter, ...]


Filter = Comparison | Words | Call | Not | AllOf | AnyOf


def leaves(part: Filter) -> Iterator[Comparison | Words | Call]:
    """Yield the parts of a filter that have no parts, negated or not."""
    match part:
        case Not(inner):
            yield from leaves(inner)
        case AllOf(parts) | AnyOf(parts):
            for one in parts:
                yield from leaves(one)
        case _:
            yield part
