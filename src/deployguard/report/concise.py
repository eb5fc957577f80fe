"""One line a finding, for editors, logs and people who know the rules."""

from __future__ import annotations

from deployguard.model.report import Report
from deployguard.report.groups import grouped, grouped_unknowns, services_note
from deployguard.report.printable import counted, place, printable


def concise(report: Report) -> str:
    """Write `path:line: CODE message [service]` for each finding, then what could not be judged."""
    lines = [
        f"{place(finding.path, finding.line)}: {printable(finding.code)} {printable(finding.message)}"
        f"{services_note(services)}\n"
        for finding, services, _ in grouped(report)
    ]
    lines += [
        f"cannot tell: {printable(reason)}{services_note(services)}\n"
        for reason, services in grouped_unknowns(report)
    ]
    return "".join(lines)


def summary_line(report: Report, judged: str = "") -> str:
    """Say in one line, without a newline, how the check ended: for standard error.

    `judged` says what was looked at, where it was not services: `3 policies`.
    """
    summary = report.summary()
    counts = [(summary.errors, "error"), (summary.warnings, "warning"), (summary.infos, "info")]
    parts = [counted(number, noun) for number, noun in counts if number] or ["no findings"]
    told = f"{', '.join(parts)} in {judged or counted(len(report.services), 'service')}"
    if summary.suppressed:
        told += f", {summary.suppressed} suppressed"
    unknowns = len(grouped_unknowns(report))
    return f"{told}; cannot tell: {counted(unknowns, 'reason')}" if unknowns else told
