"""What `deployguard reconcile` found and did, as lines for people and as JSON for scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deployguard.model.drift import FRESH
from deployguard.pipeline.judging import Finding, Kind
from deployguard.pipeline.permission import Permission
from deployguard.pipeline.reconcile import Day, TrackerReport
from deployguard.report.printable import counted, printable

SCHEMA = 1


def reconcile_text(reports: Sequence[TrackerReport]) -> str:
    """Write a line for each date that has something to say, what was done below it, and the line that counts."""
    lines = [line for report in reports for line in _tracker(report, several=len(reports) > 1)]
    return "".join(f"{line}\n" for line in [*lines, summary(reports)])


def summary(reports: Sequence[TrackerReport]) -> str:
    """Count dates: a date that could not be told is not among those checked."""
    dates = sum(len(report.days) for report in reports)
    unknown = sum(report.unknown for report in reports)
    told = f"Dates checked: {dates - unknown}, Issues found: {sum(report.issues for report in reports)}"
    return f"{told}, Cannot tell: {unknown}" if unknown else told


def without_document(report: TrackerReport) -> str:
    """Say how many dates have no document that needs none; "" where there is no such date."""
    number = sum(_is_silent(day) for day in report.days)
    name = report.tracker.name
    return (
        f"{name}: {counted(number, 'date')} without a document, where none is required yet" if number else ""
    )


def refusal(permission: Permission) -> str:
    """Say why nothing is repaired, and what to do."""
    head = (
        "cannot tell whether what writes its documents is current"
        if permission.unknown
        else ("what writes its documents is not current")
    )
    fixes = dict.fromkeys(one.fix for one in permission.judged if one.fix)
    return "\n".join(
        [f"{permission.tracker}: {head}", *(f"  {printable(each)}" for each in permission.reasons)]
        + [f"  {fix}" for fix in fixes]
        + [
            f'  or, on the record: --allow {words} --reason "..."'
            for words in [_allowances(permission)]
            if words
        ]
    )


def _allowances(permission: Permission) -> str:
    barred = [
        one for one in permission.judged if one.verdict not in FRESH and one.name not in permission.passed
    ]
    return " --allow ".join(dict.fromkeys(one.verdict.value for one in barred))


def reconcile_json(reports: Sequence[TrackerReport], permissions: Sequence[Permission], *, fix: bool) -> str:
    """Write what was found and done, and what the gate said, for programs."""

    import json

    value = {
        "schema": SCHEMA,
        "fix": fix,
        "gate": [_permission(each) for each in permissions],
        "trackers": [
            {
                "name": report.tracker.name,
                "timezone": str(report.tracker.zone),
                "refused": report.refused,
                "dates": [_day(day) for day in report.days],
            }
            for report in reports
        ],
        "summary": {
            "dates": sum(len(report.days) for report in reports),
            "issues": sum(report.issues for report in reports),
            "repaired": sum(bool(day.done) for report in reports for day in report.days),
            "unknown": sum(report.unknown for report in reports),
            "refused": sum(bool(report.refused) for report in reports),
        },
    }
    return json.dumps(value, indent=2) + "\n"


def _tracker(report: TrackerReport, *, several: bool) -> Iterator[str]:
    name = f"{report.tracker.name} " if several else ""
    errors = {day.error for day in report.days}
    if len(report.days) > 1 and len(errors) == 1 and all(day.error and not day.before for day in report.days):
        first, last = report.days[0].date, report.days[-1].date
        yield f"{name}{first} to {last}: CANNOT TELL ({printable(errors.pop())})"
        return
    for day in report.days:
        yield from (f"{name}{line}" if at == 0 else line for at, line in enumerate(_lines(day)))


def _lines(day: Day) -> Iterator[str]:
    first = day.before or day.findings
    if _is_silent(day) or not (first or day.error):
        return
    if not first:
        yield f"{day.date}: CANNOT TELL ({printable(day.error)})"
        return
    yield f"{day.date}: {_said(first)}"
    yield from (f"    {printable(each)}" for each in day.done)
    if day.error:
        yield f"    CANNOT TELL ({printable(day.error)})"
    elif day.before and day.findings and (day.done or day.findings != day.before):
        yield f"    still: {_said(day.findings)}"


def _is_silent(day: Day) -> bool:
    kinds = {finding.kind for finding in (*day.before, *day.findings)}
    return kinds == {Kind.NOT_DUE} and not day.error


def _said(findings: Sequence[Finding]) -> str:
    return " + ".join(printable(finding.text) for finding in findings)


def _day(day: Day) -> dict[str, object]:
    return {
        "date": day.date.isoformat(),
        "findings": [_finding(each) for each in day.findings],
        "before": [_finding(each) for each in day.before],
        "done": list(day.done),
        "error": day.error,
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {"kind": finding.kind.value, "issue": finding.is_issue, "message": finding.text}


def _permission(permission: Permission) -> dict[str, object]:
    return {
        "tracker": permission.tracker,
        "asked": permission.asked,
        "allowed": permission.allowed,
        "unknown": permission.unknown,
        "reasons": list(permission.reasons),
        "passed": list(permission.passed),
        "services": [
            {"name": one.name, "verdict": one.verdict.value, "reason": one.reason, "fix": one.fix}
            for one in permission.judged
        ],
    }
