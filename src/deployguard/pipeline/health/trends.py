"""What the history of results comes to: a row for each check, and a row for each month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from deployguard.model.health import Result, Verdict
from deployguard.pipeline.health.history import History


@dataclass(frozen=True, slots=True)
class Trend:
    """`verdicts` of one check, the oldest day first; None for a day without one."""

    check: str
    kind: str
    verdicts: tuple[Verdict | None, ...]

    def total(self, verdict: Verdict) -> int:
        return self.verdicts.count(verdict)


@dataclass(frozen=True, slots=True)
class Month:
    """How well a month went; None where nothing of that kind was checked.

    `completion` is the share of days whose documents were whole, from 0 to 1, among those that could be told; `issues`
    counts the others. `duplicates` are rows too many, `late` runs that came late or not at all, `untold` the errors.
    """

    month: str
    completion: float | None
    issues: int | None
    duplicates: int | None
    late: int | None
    untold: int


def trends(history: History, until: date) -> tuple[Trend, ...]:
    """Return a row for each check over every day from the beginning of the history to `until`."""
    days = [date.fromordinal(at) for at in range(history.since.toordinal(), until.toordinal() + 1)]
    by_check: dict[str, dict[date, Result]] = {}
    for result in history.results:
        by_check.setdefault(result.check, {})[result.date] = result
    return tuple(
        Trend(
            name,
            found[max(found)].kind,
            tuple(found[day].verdict if day in found else None for day in days),
        )
        for name, found in sorted(by_check.items())
    )


def months(history: History) -> tuple[Month, ...]:
    """Return a row for each month of which there is a result, the oldest first."""
    by_month: dict[str, list[Result]] = {}
    for result in history.results:
        by_month.setdefault(f"{result.date:%Y-%m}", []).append(result)
    return tuple(_month(name, found) for name, found in sorted(by_month.items()))


def _month(name: str, results: list[Result]) -> Month:
    whole = _verdicts(results, "completion")
    good, bad = whole[Verdict.PASS], whole[Verdict.FAIL] + whole[Verdict.WARN]
    late = _verdicts(results, "on-time")
    unique = [one for one in results if one.kind == "unique" and one.verdict in _TOLD]
    return Month(
        name,
        good / (good + bad) if good + bad else None,
        bad if good + bad else None,
        sum(one.count("surplus") for one in unique) if unique else None,
        late[Verdict.FAIL] + late[Verdict.WARN] if late.total() else None,
        sum(one.verdict is Verdict.ERROR for one in results),
    )


_TOLD = {Verdict.PASS, Verdict.WARN, Verdict.FAIL}


def _verdicts(results: Iterable[Result], kind: str) -> Counter[Verdict]:
    return Counter(one.verdict for one in results if one.kind == kind and one.verdict in _TOLD)
