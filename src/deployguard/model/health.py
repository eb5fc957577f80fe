"""Health verdicts: whether the data of a day is as it should be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Verdict(StrEnum):
    """One word for each check and day, the worst first."""

    ERROR = "error"
    FAIL = "fail"
    WARN = "warn"
    PASS = "pass"  # noqa: S105 - a verdict
    NOT_DUE = "not-due"


@dataclass(frozen=True, slots=True)
class Example:
    """A failing key or row: columns with their values as text, and how many rows have it."""

    values: tuple[tuple[str, str], ...]
    count: int = 1


@dataclass(frozen=True, slots=True)
class Result:
    """What one check said of one day.

    `counts` are whole numbers by name, such as `rows` and `keys`; `seconds` is how long the check took; `read` is how
    many bytes the database was to read for it, None where it does not say. An error is not a fail: it could not be told.
    """

    check: str
    kind: str
    date: date
    verdict: Verdict
    reason: str
    counts: tuple[tuple[str, int], ...] = ()
    examples: tuple[Example, ...] = ()
    details: tuple[str, ...] = ()
    seconds: float = 0.0
    read: int | None = None

    def count(self, name: str) -> int:
        """Return a count, 0 where the check has none of that name."""
        return dict(self.counts).get(name, 0)


@dataclass(frozen=True, slots=True)
class HealthReport:
    """A run of checks, by day and then in the order of the configuration. `taken` is timezone-aware."""

    taken: datetime
    results: tuple[Result, ...]

    @property
    def exit_code(self) -> int:
        """0 where nothing fails, 1 where something does, 2 where something could not be told."""
        verdicts = {result.verdict for result in self.results}
        return 2 if Verdict.ERROR in verdicts else int(Verdict.FAIL in verdicts)

    def total(self, verdict: Verdict) -> int:
        return sum(result.verdict is verdict for result in self.results)
