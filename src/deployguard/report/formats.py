"""Every output format of a check, by the name that `--output-format` takes; only the one asked for is loaded."""

from __future__ import annotations

from collections.abc import Mapping

from deployguard.model.finding import RuleInfo
from deployguard.model.report import Report

FORMATS = ("concise", "full", "json", "sarif", "github", "junit")


def formatted(name: str, report: Report, rules: Mapping[str, RuleInfo], colour: bool = False) -> str:
    """Write a report in one of `FORMATS`: a text that is empty or ends in a newline."""
    match name:
        case "full":
            from deployguard.report.full import full

            return full(report, rules, colour=colour)
        case "json":
            from deployguard.report.as_json import as_json

            return as_json(report, rules)
        case "sarif":
            from deployguard.report.sarif import sarif

            return sarif(report, rules)
        case "github":
            from deployguard.report.github import github

            return github(report, rules)
        case "junit":
            from deployguard.report.junit import junit

            return junit(report)
        case _:
            from deployguard.report.concise import concise

            return concise(report)
