"""JUnit XML of drift: a test case a service."""

from __future__ import annotations

from deployguard.model.drift import FRESH, DriftReport, Judged, Verdict
from deployguard.report.junit_suite import Case, Trouble, junit_suite


def drift_junit(report: DriftReport, *, strict: bool = False) -> str:
    """Write the report. What is unknown is an `error`, every other verdict that is not fresh a `failure`.

    A service that is deployed and not configured fails only when `strict`. What could not be seen at all is a case of
    its own.
    """
    cases = [_case(each, strict) for each in report.services]
    blind = Trouble("error", "could not be seen", report.blind) if report.blind else None
    cases.append(Case("drift", "everything could be seen", blind, report.notes))
    return junit_suite("deployguard drift", cases)


def _case(one: Judged, strict: bool) -> Case:
    lines = tuple(_lines(one))
    if one.verdict in FRESH or (one.verdict is Verdict.UNMANAGED and not strict):
        return Case(one.kind, one.name, remarks=lines)
    tag = "error" if one.verdict is Verdict.UNKNOWN else "failure"
    return Case(one.kind, one.name, Trouble(tag, f"{one.verdict}: {one.reason}", lines))


def _lines(one: Judged) -> list[str]:
    lines = [f"{one.verdict}: {one.reason}" if one.reason else str(one.verdict), *one.details]
    for commit in one.commits:
        lines.append(f"{commit.sha[:10]} {commit.date.date()} {commit.author}: {commit.subject}")
        lines += [f"    by {path}" for path in commit.via]
    return [*lines, f"run: {one.fix}"] if one.fix else lines
