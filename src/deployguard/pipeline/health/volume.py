"""`volume`: a day has as many rows as it should."""

from __future__ import annotations

from deployguard.model.amounts import counted
from deployguard.model.health import Verdict
from deployguard.pipeline.health.question import Answer, Question, ask, number, rows_of_day, source_of


def judge(question: Question) -> Answer:
    """Count the rows of the day; too few are not held against a day that is not over."""
    check = question.check
    source = source_of(question)
    rows = rows_of_day(question, source, question.day)
    asked = ask(question, rows.aggregate(rows=rows.count()))
    found = number(asked.rows[0], "rows")
    verdict, said = Verdict.PASS, ""
    if check.least is not None and found < check.least:
        over = question.now >= question.day.end
        verdict = Verdict.FAIL if over else Verdict.NOT_DUE
        said = f", fewer than {check.least}{'' if over else ', and the day is not over'}"
    elif check.most is not None and found > check.most:
        verdict, said = Verdict.FAIL, f", more than {check.most}"
    return Answer(verdict, f"{counted(found, 'row')}{said}", (("rows", found),), read=asked.read)
