"""A report of the static check, on both streams and as an exit code."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from deployguard.cli.output import is_watched, show, tell, wants_colour
from deployguard.model.finding import RuleInfo
from deployguard.model.report import Report, exit_code
from deployguard.report.concise import summary_line
from deployguard.report.formats import formatted

_NEXT = "next: `deployguard check --diff` shows what can be mended for you, `--output-format full` says what to do"


def shown(arguments: argparse.Namespace, report: Report, rules: Mapping[str, RuleInfo]) -> int:
    """Print a report as asked, and return its exit code."""
    show(formatted(arguments.output_format, report, rules, wants_colour()))
    tell(summary_line(report))
    code = exit_code(report, strict=arguments.strict, exit_zero=arguments.exit_zero)
    if code == 1 and arguments.output_format == "concise" and is_watched():
        tell(_NEXT)
    return code
