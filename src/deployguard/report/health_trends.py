"""Trends of health over days and months, as text and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from deployguard.model.health import Verdict
from deployguard.pipeline.health.history import History
from deployguard.pipeline.health.trends import Month, Trend, months, trends
from deployguard.report.printable import counted

SCHEMA = 1
_MARKS = {
    Verdict.PASS: "▁",
    Verdict.WARN: "▄",
    Verdict.FAIL: "█",
    Verdict.ERROR: "?",
    Verdict.NOT_DUE: "·",
    None: " ",
}
MISSING = (
    "the orchestrator's error rate is not here: it is in Cloud Logging, not in the results of health checks",
)
_NONE = "-"


def trends_text(history: History, until: date) -> str:
    """Write a line of signs for each check, then a table of months, then what is missing."""
    rows = trends(history, until)
    width = max([len(row.check) for row in rows], default=0)
    return "".join(
        [
            f"{history.since} to {until}, {counted(history.runs, 'run')} kept\n\n",
            *(_line(row, width) for row in rows),
            f"\n{_MARKS[Verdict.PASS]} pass  {_MARKS[Verdict.WARN]} warn  {_MARKS[Verdict.FAIL]} fail  "
            f"{_MARKS[Verdict.ERROR]} error  {_MARKS[Verdict.NOT_DUE]} not due\n\n",
            *_months(months(history)),
            *(f"\n{sentence}\n" for sentence in MISSING),
        ]
    )


def trends_json(history: History, until: date) -> str:
    """Write the trends, the months and what is missing for programs."""

    import json

    value = {
        "schema": SCHEMA,
        "since": history.since.isoformat(),
        "until": until.isoformat(),
        "runs": history.runs,
        "checks": [
            {
                "check": row.check,
                "kind": row.kind,
                "verdicts": [verdict.value if verdict else None for verdict in row.verdicts],
                "totals": {verdict.value: row.total(verdict) for verdict in Verdict},
            }
            for row in trends(history, until)
        ],
        "months": [
            {
                "month": one.month,
                "completion_accuracy": one.completion,
                "tracking_issues": one.issues,
                "duplicates": one.duplicates,
                "late_runs": one.late,
                "errors": one.untold,
            }
            for one in months(history)
        ],
        "missing": list(MISSING),
    }
    return json.dumps(value, indent=2) + "\n"


def _line(row: Trend, width: int) -> str:
    signs = "".join(_MARKS[verdict] for verdict in row.verdicts)
    found = ", ".join(f"{row.total(verdict)} {verdict}" for verdict in Verdict if row.total(verdict))
    return f"{row.check:<{width}}  {signs}  {found}\n"


def _months(rows: tuple[Month, ...]) -> Iterator[str]:
    yield "month    completion  tracking issues  duplicates  late runs  errors\n"
    for one in rows:
        accuracy = _NONE if one.completion is None else f"{100 * one.completion:.1f} %"
        yield (
            f"{one.month}  {accuracy:>10}  {_number(one.issues):>15}  {_number(one.duplicates):>10}  "
            f"{_number(one.late):>9}  {one.untold:>6}\n"
        )


def _number(value: int | None) -> str:
    return _NONE if value is None else str(value)
