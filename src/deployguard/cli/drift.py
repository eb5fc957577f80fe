"""`deployguard drift`: whether what runs is what is written."""

from __future__ import annotations

import argparse
import os

from deployguard.cli.drifting import Wanted, add_drift_arguments, exit_code, report_of, taking_stock
from deployguard.cli.notifying import add_notify_arguments, tell_people
from deployguard.cli.output import show, tell, wants_colour, write_file
from deployguard.cli.trees import add_clone_argument
from deployguard.model.drift import DriftReport
from deployguard.model.service import Project
from deployguard.report.drift import summary_line
from deployguard.report.drift_formats import FORMATS, formatted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("services", metavar="SERVICE", nargs="*", help="only these services (default: all)")
    add_drift_arguments(parser)
    add_clone_argument(parser)
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
    parser.add_argument("--html", metavar="FILE", help="also write a page for people to FILE")
    add_notify_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    wanted = Wanted(tuple(arguments.services), arguments.kind)
    with taking_stock(arguments) as stock:
        report = report_of(stock, wanted)
    strict = bool(arguments.strict)
    _write(arguments, report)
    show(formatted(arguments.output_format, report, colour=wants_colour(), strict=strict))
    tell(summary_line(report))
    _tell_people(arguments, stock.project, report)
    code = exit_code(report, strict=strict)
    return 0 if code == 1 and arguments.exit_zero else code


def _write(arguments: argparse.Namespace, report: DriftReport) -> None:
    """Write the files that were asked for: a page, and on GitHub the summary of the step."""
    if arguments.html:
        write_file(arguments.html, formatted("html", report))
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary and arguments.output_format == "github":
        from deployguard.report.drift_github import drift_summary

        write_file(summary, drift_summary(report), "a")


def _tell_people(arguments: argparse.Namespace, project: Project, report: DriftReport) -> None:
    from deployguard.notify.of_drift import told_of_drift

    told = told_of_drift(report, strict=bool(arguments.strict))
    tell_people(arguments, project, "drift", told, complete=not arguments.services and not arguments.kind)
