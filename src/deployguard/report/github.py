"""Workflow commands: findings as annotations on a pull request."""

from __future__ import annotations

from collections.abc import Mapping

from deployguard.model.finding import Finding, RuleInfo, Severity
from deployguard.model.report import Report
from deployguard.report.groups import Group, grouped, grouped_unknowns, services_note
from deployguard.report.printable import printable
from deployguard.report.workflow import workflow_command

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def github(report: Report, rules: Mapping[str, RuleInfo]) -> str:
    """Write one command a line; what could not be judged is an error without a file."""
    lines = [_annotation(group, rules) for group in grouped(report)]
    lines += [
        workflow_command(
            "error", {"title": "deployguard cannot tell"}, printable(reason) + services_note(services)
        )
        for reason, services in grouped_unknowns(report)
    ]
    return "".join(f"{line}\n" for line in lines)


def _annotation(group: Group, rules: Mapping[str, RuleInfo]) -> str:
    finding, services, fixes = group
    properties: dict[str, str] = {}
    if finding.path:
        properties["file"] = printable(finding.path)
    if finding.line:
        properties["line"] = str(finding.line)
    properties["title"] = _title(finding, rules)
    text = [printable(finding.message) + services_note(services), *fixes]
    return workflow_command(_COMMANDS[finding.severity], properties, "\n".join(text))


def _title(finding: Finding, rules: Mapping[str, RuleInfo]) -> str:
    rule = rules.get(finding.code)
    return printable(f"{finding.code} {rule.name}" if rule else finding.code)
