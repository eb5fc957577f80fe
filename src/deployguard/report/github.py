"""Workflow commands: findings as annotations on a pull request.

The syntax and its escapes are those of `issueCommand` and `escapeProperty` in actions/toolkit,
packages/core/src/command.ts.
"""

from __future__ import annotations

from collections.abc import Mapping

from deployguard.model.finding import Finding, RuleInfo, Severity
from deployguard.model.report import Report
from deployguard.report.groups import Group, grouped, grouped_unknowns, services_note
from deployguard.report.printable import printable

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def github(report: Report, rules: Mapping[str, RuleInfo]) -> str:
    """Write one command a line; what could not be judged is an error without a file."""
    lines = [_annotation(group, rules) for group in grouped(report)]
    lines += [
        _command("error", {"title": "deployguard cannot tell"}, printable(reason) + services_note(services))
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
    return _command(_COMMANDS[finding.severity], properties, "\n".join(text))


def _title(finding: Finding, rules: Mapping[str, RuleInfo]) -> str:
    rule = rules.get(finding.code)
    return printable(f"{finding.code} {rule.name}" if rule else finding.code)


def _command(name: str, properties: Mapping[str, str], text: str) -> str:
    written = ",".join(f"{key}={_escaped_property(value)}" for key, value in properties.items())
    return f"::{name} {written}::{_escaped(text)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
