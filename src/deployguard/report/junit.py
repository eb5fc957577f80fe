"""JUnit XML: a test case a service, for CI systems that draw tables of tests.

Readers differ in everything but this: a case holds one `failure` or one `error`, and only the first is shown. So all
that blocks a service stands in one element, a line each; warnings and infos, which do not block, in `system-out`.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.model.report import Report
from deployguard.report.commands import what_to_do
from deployguard.report.printable import counted, place, printable


def junit(report: Report) -> str:
    """Write the report in ASCII, other characters as references, so that the encoding cannot be mistaken."""
    cases = [(each.name, each.kind, each.findings, each.unknown) for each in report.services]
    cases.append(("repository", "repository", report.repository, report.unknown))
    failures = sum(1 for *_, findings, unknown in cases if _errors(findings) and not unknown)
    errors = sum(1 for *_, unknown in cases if unknown)
    counts = f'tests="{len(cases)}" failures="{failures}" errors="{errors}"'
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<testsuites name="deployguard" {counts}>',
        f'  <testsuite name="deployguard check" {counts}>',
        *(_case(*case) for case in cases),
        "  </testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines).encode("ascii", "xmlcharrefreplace").decode("ascii") + "\n"


def _case(name: str, kind: str, findings: tuple[Finding, ...], unknown: tuple[str, ...]) -> str:
    errors = _errors(findings)
    parts = []
    if unknown:
        told = [f"cannot tell: {printable(reason)}" for reason in unknown]
        parts.append(_element("error", "cannot tell", [*told, *_lines(errors)]))
    elif errors:
        parts.append(_element("failure", counted(len(errors), "error"), _lines(errors)))
    if others := [each for each in findings if each.severity is not Severity.ERROR]:
        parts.append(f"<system-out>{_escaped(chr(10).join(_lines(others)))}</system-out>")
    opening = f'    <testcase classname="deployguard.{_escaped(printable(kind))}" name="{_escaped(printable(name))}"'
    inside = "".join(f"\n      {part}" for part in parts)
    return f"{opening}>{inside}\n    </testcase>" if parts else f"{opening}/>"


def _element(tag: str, message: str, lines: Iterable[str]) -> str:
    return f'<{tag} message="{message}" type="deployguard">{_escaped(chr(10).join(lines))}</{tag}>'


def _errors(findings: Iterable[Finding]) -> list[Finding]:
    return [each for each in findings if each.severity is Severity.ERROR]


def _lines(findings: Iterable[Finding]) -> list[str]:
    lines = []
    for finding in findings:
        at = place(finding.path, finding.line)
        lines.append(f"{at}: {printable(finding.code)} {printable(finding.message)}")
        lines += [f"    {line}" for line in what_to_do(finding)]
    return lines


def _escaped(text: str) -> str:
    """Escape for content and attributes; `printable` has already left only what XML 1.0, 2.2, allows."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
