"""Poetry's version constraints in the words of PEP 440 ("Dependency specification", Poetry's documentation)."""

from __future__ import annotations

import re

_PART = re.compile(r"(?P<operator>\^|~(?!=)|[<>]=?|[=!]=|~=|=)?\s*v?(?P<version>\d[\w.!+*-]*|\*)")


class UnreadableConstraintError(ValueError):
    """The constraint has no equal in PEP 440; the message says which."""


def as_specifier(constraint: str) -> str:
    """Turn `^1.2`, `~1.2`, `1.2.*`, `1.2` or a comma-separated list into a specifier; `""` for any version.

    Raises:
        UnreadableConstraintError: alternatives (`||`), or something that is no constraint.
    """
    text = constraint.strip()
    if text in {"", "*"}:
        return ""
    parts = [part.strip() for part in re.split(r",|(?<=[\w*])\s+(?=[<>=!^~])", text)]
    return ",".join(filter(None, (_translated(part, constraint) for part in parts)))


def _translated(part: str, whole: str) -> str:
    match = _PART.fullmatch(part)
    if match is None:
        raise UnreadableConstraintError(f"the constraint {whole!r} cannot be put to uv")
    operator, version = match["operator"] or "==", match["version"]
    if version == "*":
        return ""
    if operator == "^":
        return f">={version},<{_above(version, _first_that_counts(version))}"
    if operator == "~":
        return f">={version},<{_above(version, 1 if '.' in version else 0)}"
    return f"{'==' if operator == '=' else operator}{version}"


def _first_that_counts(version: str) -> int:
    """The place of the first number that is not zero, else of the last."""
    numbers = _numbers(version)
    return next((at for at, number in enumerate(numbers) if number), len(numbers) - 1)


def _above(version: str, at: int) -> str:
    numbers = _numbers(version)
    return ".".join(map(str, [*numbers[:at], numbers[at] + 1]))


def _numbers(version: str) -> list[int]:
    found = re.match(r"\d+(?:\.\d+)*", version)
    return [int(part) for part in found[0].split(".")] if found else [0]
