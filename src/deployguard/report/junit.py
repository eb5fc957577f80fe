"""JUnit XML: a test case a service, for CI systems that draw tables of tests.

Warnings and infos, which do not block, stand in `system-out`.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.model.report import Report
from deployguard.report.commands import what_to_do
from deployguard.report.junit_suite import Case, Trouble, junit_suite
from deployguard.report.printable import counted, place, printable


def junit(report: Report) -> str:
    """Write the report: a case for each service, and one for what concerns the repository."""
    cases = [_case(each.name, each.kind, each.findings, each.unknown) for each in report.services]
    cases.append(_case("repository", "repository", report.repository, report.unknown))
    return junit_suite("deployguard check", cases)


def _case(name: str, kind: str, findings: tuple[Finding, ...], unknown: tuple[str, ...]) -> Case:
    errors = [each for each in findings if each.severity is Severity.ERROR]
    others = [each for each in findings if each.severity is not Severity.ERROR]
    return Case(kind, name, _trouble(errors, unknown), _lines(others))


def _trouble(errors: list[Finding], unknown: tuple[str, ...]) -> Trouble | None:
    if unknown:
        told = (f"cannot tell: {reason}" for reason in unknown)
        return Trouble("error", "cannot tell", (*told, *_lines(errors)))
    return Trouble("failure", counted(len(errors), "error"), _lines(errors)) if errors else None


def _lines(findings: Iterable[Finding]) -> tuple[str, ...]:
    lines = []
    for finding in findings:
        at = place(finding.path, finding.line)
        lines.append(f"{at}: {printable(finding.code)} {printable(finding.message)}")
        lines += [f"    {line}" for line in what_to_do(finding)]
    return tuple(lines)
