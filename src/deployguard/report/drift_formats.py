"""Every output format of drift, by the name that `--output-format` takes; only the one asked for is loaded."""

from __future__ import annotations

from deployguard.model.drift import DriftReport

FORMATS = ("table", "json", "github", "html", "junit")


def formatted(name: str, report: DriftReport, *, colour: bool = False, strict: bool = False) -> str:
    """Write a report in one of `FORMATS`: a text that is empty or ends in a newline."""
    match name:
        case "json":
            from deployguard.report.drift_json import drift_json

            return drift_json(report)
        case "github":
            from deployguard.report.drift_github import drift_github

            return drift_github(report, strict=strict)
        case "html":
            from deployguard.report.drift_html import drift_html

            return drift_html(report)
        case "junit":
            from deployguard.report.drift_junit import drift_junit

            return drift_junit(report, strict=strict)
        case _:
            from deployguard.report.drift import drift_table

            return drift_table(report, colour=colour)
