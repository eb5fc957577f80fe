"""The result of a check, and its exit code."""

from __future__ import annotations

from itertools import permutations

import pytest

from deployguard.model.finding import Finding, Severity
from deployguard.model.report import Found, Report, ServiceReport, Summary, exit_code


def _finding(severity: Severity, message: str = "m", line: int = 1) -> Finding:
    return Finding("DG101", severity, "shared.b", "main.py", line, message, "add it")


_ERROR, _WARNING, _INFO = (_finding(severity) for severity in Severity)


def _report(*findings: Finding, unknown: tuple[str, ...] = ()) -> Report:
    return Report("commit", "ab", (ServiceReport("a", "function", "f" * 40, 3, findings),), unknown=unknown)


@pytest.mark.parametrize(
    ("findings", "strict", "expected"),
    [
        ((), False, 0),
        ((_INFO,), True, 0),
        ((_WARNING,), False, 0),
        ((_WARNING,), True, 1),
        ((_ERROR, _INFO), False, 1),
    ],
)
def test_only_what_blocks_gives_a_one(findings: tuple[Finding, ...], strict: bool, expected: int) -> None:
    assert exit_code(_report(*findings), strict=strict) == expected
    assert exit_code(_report(*findings), strict=strict, exit_zero=True) == 0


def test_cannot_tell_outranks_findings_and_is_never_hidden() -> None:
    assert exit_code(_report(_ERROR, unknown=("main.py: not in this clone",)), exit_zero=True) == 2


def test_a_doubt_about_one_service_is_a_doubt_about_the_run() -> None:
    doubtful = ServiceReport("a", "run", None, 0, unknown=("Dockerfile:3: ADD of an address",))
    report = Report("index", None, (doubtful,))
    assert exit_code(report) == 2
    assert report.unknowns() == (("a", "Dockerfile:3: ADD of an address"),)


def test_the_repository_counts_too() -> None:
    report = Report("index", None, repository=(_ERROR, _WARNING), suppressed=4)
    assert report.summary() == Summary(1, 1, 0, 4)
    assert report.found() == (Found("", _ERROR), Found("", _WARNING))


def test_the_order_of_the_rules_does_not_show() -> None:
    alike = (
        _finding(Severity.ERROR, "one"),
        _finding(Severity.ERROR, "two"),
        _finding(Severity.ERROR, "a", 9),
    )
    assert len({_report(*order) for order in permutations(alike)}) == 1
