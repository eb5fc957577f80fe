"""What, where, by which chain, and what to type: for a person who meets the finding for the first time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from deployguard.model.finding import Finding, RuleInfo, Severity, Step
from deployguard.model.report import Report
from deployguard.report.commands import what_to_do
from deployguard.report.printable import place, printable

_CODES = {
    Severity.ERROR: "31",
    Severity.WARNING: "33",
    Severity.INFO: "36",
}  # ECMA-48, SGR: red, yellow, cyan
_BOLD = "1"


def full(report: Report, rules: Mapping[str, RuleInfo], *, colour: bool = False) -> str:
    """Write every finding in full, service by service; services without findings are left out."""
    sections = [
        _section(f"{printable(each.name)} ({each.kind})", each.findings, each.unknown, rules, colour)
        for each in report.services
    ]
    sections.append(_section("repository", report.repository, report.unknown, rules, colour))
    return "\n".join(section for section in sections if section)


def _section(
    title: str,
    findings: tuple[Finding, ...],
    unknown: tuple[str, ...],
    rules: Mapping[str, RuleInfo],
    colour: bool,
) -> str:
    if not findings and not unknown:
        return ""
    lines = [_painted(title, _BOLD, colour)]
    for finding in findings:
        lines += ["", *_indented(_finding(finding, rules, colour), "  ")]
    if unknown:
        lines += ["", "  cannot tell:", *_indented((printable(reason) for reason in unknown), "    ")]
    return "\n".join(lines) + "\n"


def _finding(finding: Finding, rules: Mapping[str, RuleInfo], colour: bool) -> Iterator[str]:
    rule = rules.get(finding.code)
    head = f"{finding.severity.value} {printable(finding.code)}{f' {printable(rule.name)}' if rule else ''}"
    yield f"{_painted(head, _CODES[finding.severity], colour)}: {printable(finding.message)}"
    yield f"  {place(finding.path, finding.line)}"
    if finding.chain:
        yield "  by this chain:"
        yield from _indented((_step(step) for step in finding.chain), "    ")
    if advice := what_to_do(finding):
        yield "  to fix it:"
        yield from _indented(advice, "    ")


def _step(step: Step) -> str:
    context = "" if step.context in {"", "module"} else f" ({printable(step.context)})"
    return f"{place(step.path, step.line)} imports {printable(step.imports)}{context}"


def _indented(lines: Iterable[str], by: str) -> Iterator[str]:
    return (by + line for line in lines)


def _painted(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
