"""Asking every check about every day: what goes wrong with one is its own result, and the others go on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial

from deployguard.model.errors import CloudError
from deployguard.model.health import HealthReport, Result, Verdict
from deployguard.pipeline.expected_days import Files
from deployguard.pipeline.health.calendar import why_not_due
from deployguard.pipeline.health.database import Database, NoTable, Unanswered
from deployguard.pipeline.health.days import Day, day_of
from deployguard.pipeline.health.kinds import KINDS
from deployguard.pipeline.health.question import Answer, Completion, Question
from deployguard.pipeline.health.settings import HealthCheck


@dataclass(slots=True)
class Surroundings:
    """What checks are asked with.

    `opens` opens a database by its configured name; each is opened once and closed at the end. One that could not be
    opened is not tried again.
    """

    opens: Callable[[str], Database]
    files: Files
    completion: Completion | None = None
    step: Callable[[str], None] = lambda _: None
    _open: dict[str, Database | Unanswered] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)

    def database(self, name: str) -> Database:
        """Return an open database.

        Raises:
            Unanswered: it cannot be opened.
        """
        if name not in self._open:
            self._open[name] = self._opened(name)
        found = self._open[name]
        if isinstance(found, Unanswered):
            raise Unanswered(str(found))
        return found

    def close(self) -> None:
        self._stack.close()

    def _opened(self, name: str) -> Database | Unanswered:
        try:
            database = self.opens(name)
        except Unanswered as error:
            return error
        except CloudError as error:
            return Unanswered(str(error))
        self._stack.callback(database.close)
        return database


def run_checks(
    checks: tuple[HealthCheck, ...],
    surroundings: Surroundings,
    now: datetime,
    until: date | None = None,
    days: int = 1,
) -> HealthReport:
    """Ask all checks about `days` days up to `until`, or up to yesterday in each check's own time zone.

    `now` is timezone-aware. Verdicts come by day, and then in the order of the checks.
    """
    try:
        results = tuple(
            _asked(question, surroundings) for question in _questions(checks, surroundings, now, until, days)
        )
    finally:
        surroundings.close()
    return HealthReport(now.astimezone(UTC), results)


def _questions(
    checks: tuple[HealthCheck, ...],
    surroundings: Surroundings,
    now: datetime,
    until: date | None,
    days: int,
) -> Iterator[Question]:
    for back in range(days - 1, -1, -1):
        for check in checks:
            yesterday = day_of(now, check.zone).later(-1)
            last = Day(until, check.zone) if until else yesterday
            day = last.later(-back)
            moment = now if until is None and back == 0 else min(now, day.end)
            database = partial(surroundings.database, check.database)
            yield Question(check, day, now, moment, database, surroundings.completion)


def _asked(question: Question, surroundings: Surroundings) -> Result:
    surroundings.step(f"{question.check.name} {question.day.date}")
    begun = time.perf_counter()
    answer = _answer(question, surroundings.files)
    took = round(time.perf_counter() - begun, 3)
    check = question.check
    verdict = Verdict.WARN if check.warns and answer.verdict is Verdict.FAIL else answer.verdict
    return Result(
        check.name,
        check.kind,
        question.day.date,
        verdict,
        answer.reason,
        answer.counts,
        answer.examples,
        answer.details,
        took,
        answer.read,
    )


def _answer(question: Question, files: Files) -> Answer:
    try:
        if question.now < question.day.start:
            return Answer(Verdict.NOT_DUE, "this day has not begun")
        reason = _why_not_due(question, files)
        return Answer(Verdict.NOT_DUE, reason) if reason else KINDS[question.check.kind](question)
    except NoTable as error:
        if question.check.optional:
            return Answer(Verdict.NOT_DUE, f"it is optional, and not there: {error}")
        return Answer(Verdict.ERROR, str(error))
    except (Unanswered, CloudError) as error:
        return Answer(Verdict.ERROR, str(error))
    except OverflowError as error:  # a date at the end of the calendar
        return Answer(Verdict.ERROR, f"{question.day.date}: is out of range ({error})")


def _why_not_due(question: Question, files: Files) -> str:
    """A calendar that is not there is an error, also where the table of the check is optional."""
    try:
        return why_not_due(question, files)
    except NoTable as error:
        raise Unanswered(str(error)) from error
