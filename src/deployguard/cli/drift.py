"""`deployguard drift`: whether what runs is what is written."""

from __future__ import annotations

import argparse

from deployguard.cli.drifting import Wanted, add_drift_arguments, drift_report, exit_code
from deployguard.cli.output import show, tell, wants_colour
from deployguard.report.drift import summary_line
from deployguard.report.drift_formats import FORMATS, formatted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("services", metavar="SERVICE", nargs="*", help="only these services (default: all)")
    add_drift_arguments(parser)
    parser.add_argument("--kind", choices=("function", "run"), default="", help="only services of this kind")
    parser.add_argument(
        "--strict", action="store_true", help="what is deployed and not configured counts as drift too"
    )
    parser.add_argument("--output-format", choices=FORMATS, default="table", help="how to write it")
    parser.add_argument(
        "--exit-zero",
        action="store_true",
        help="exit 0 where something drifted; never where it cannot be told",
    )


def run(arguments: argparse.Namespace) -> int:
    report = drift_report(arguments, Wanted(tuple(arguments.services), arguments.kind))
    show(formatted(arguments.output_format, report, colour=wants_colour()))
    tell(summary_line(report))
    code = exit_code(report, strict=arguments.strict)
    return 0 if code == 1 and arguments.exit_zero else code
