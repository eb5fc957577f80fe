"""Reading TOML whose shape is not to be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

Table = Mapping[str, object]


class BadTomlError(ValueError):
    """The bytes are not TOML; the message says why."""


def read_toml(content: bytes) -> Table:
    """Parse TOML.

    Raises:
        BadTomlError: not UTF-8, or not TOML.
    """
    import tomllib

    try:
        return tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadTomlError(f"not readable as TOML: {error}") from error


def table(value: object, *keys: str) -> Table:
    """Return the table at `keys` below a value; an empty one where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def tables(value: object) -> tuple[Table, ...]:
    """Return the tables of an array."""
    return tuple(item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def strings(value: object) -> tuple[str, ...]:
    """Return the strings of an array, or of one string alone."""
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def text(value: object) -> str:
    """Return a string; `""` for anything else."""
    return value if isinstance(value, str) else ""


def line_of(content: bytes, *needles: str) -> int:
    """Return the first line that holds one of the needles, the first needle preferred; 0 when none does."""
    for needle in needles:
        for number, line in enumerate(_lines(content), 1):
            if needle in line:
                return number
    return 0


@lru_cache(maxsize=4)
def _lines(content: bytes) -> tuple[str, ...]:
    return tuple(content.decode("utf-8", "replace").splitlines())
