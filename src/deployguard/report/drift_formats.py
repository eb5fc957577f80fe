"""Every output format of drift, by the name that `--output-format` takes; only the one asked for is loaded."""

from __future__ import annotations

from deployguard.model.drift import DriftReport

FORMATS = ("table", "json")


def formatted(name: str, report: DriftReport, *, colour: bool = False) -> str:
    """Write a report in one of `FORMATS`: a text that is empty or ends in a newline."""
    match name:
        case "json":
            from deployguard.report.drift_json import drift_json

            return drift_json(report)
        case _:
            from deployguard.report.drift import drift_table

            return drift_table(report, colour=colour)
