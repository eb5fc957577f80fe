"""Health verdicts as text and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from deployguard.model.health import Example, HealthReport, Result, Verdict
from deployguard.report.printable import counted, printable

SCHEMA = 1


def health_text(report: HealthReport) -> str:
    """Write a line for each check; of several days first a row of verdicts each, then what is not as it should be."""
    days = list(dict.fromkeys(result.date for result in report.results))
    if len({result.check for result in report.results}) == len(report.results):
        return "".join(_told(report.results))
    bad = [one for one in report.results if one.verdict not in {Verdict.PASS, Verdict.NOT_DUE}]
    return "".join([*_rows(report, sorted(days)), *(["\n"] if bad else []), *_told(bad)])


def health_json(report: HealthReport) -> str:
    """Write the report as one JSON object in ASCII."""
    import json

    value = {
        "schema": SCHEMA,
        "taken": report.taken.isoformat(timespec="seconds"),
        "results": [result_value(result) for result in report.results],
        "summary": {verdict.value: report.total(verdict) for verdict in Verdict},
    }
    return json.dumps(value, indent=2) + "\n"


def result_value(result: Result) -> dict[str, Any]:
    """Return a result as it stands in JSON."""
    return {
        "check": result.check,
        "kind": result.kind,
        "date": result.date.isoformat(),
        "verdict": result.verdict.value,
        "reason": result.reason,
        "counts": dict(result.counts),
        "examples": [{"values": dict(each.values), "count": each.count} for each in result.examples],
        "details": list(result.details),
        "seconds": result.seconds,
        "read": result.read,
    }


def health_summary(report: HealthReport) -> str:
    """Return one line: how many verdicts of each kind."""
    found = [f"{report.total(verdict)} {verdict}" for verdict in Verdict if report.total(verdict)]
    return f"{counted(len(report.results), 'verdict')}: {', '.join(found)}" if found else "no health check"


def _told(results: Iterator[Result] | tuple[Result, ...] | list[Result]) -> Iterator[str]:
    for result in results:
        yield f"{result.verdict:<8} {result.check}  {result.date}  {printable(result.reason)}\n"
        yield from (f"         {printable(detail)}\n" for detail in result.details)
        yield from (f"         {_example(each)}\n" for each in result.examples)


def _example(one: Example) -> str:
    values = ", ".join(f"{printable(name)}={printable(value)}" for name, value in one.values)
    return f"{values}  ({one.count} rows)" if one.count > 1 else values


def _rows(report: HealthReport, days: list[date]) -> Iterator[str]:
    checks = list(dict.fromkeys(result.check for result in report.results))
    found = {(result.date, result.check): result.verdict.value for result in report.results}
    widths = [max(len(name), len(Verdict.NOT_DUE)) for name in checks]
    names = "  ".join(f"{name:<{width}}" for name, width in zip(checks, widths, strict=True))
    yield f"{'date':<10}  {names}".rstrip() + "\n"
    for day in days:
        words = (f"{found.get((day, name), ''):<{width}}" for name, width in zip(checks, widths, strict=True))
        yield f"{day}  {'  '.join(words)}".rstrip() + "\n"
