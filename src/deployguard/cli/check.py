"""`deployguard check`: judge every service by the static rules."""

from __future__ import annotations

import argparse

from deployguard.cli.output import show, tell, wants_colour
from deployguard.cli.progress import Progress
from deployguard.cli.trees import add_tree_arguments, project_of, tree_of
from deployguard.model.report import exit_code
from deployguard.report.concise import summary_line
from deployguard.report.formats import FORMATS
from deployguard.rules.baseline import baseline_in
from deployguard.rules.check import Request, check
from deployguard.rules.registry import rule_infos
from deployguard.rules.selection import selected


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("services", nargs="*", metavar="SERVICE", help="check only these (default: all)")
    add_tree_arguments(parser)
    parser.add_argument(
        "--select", type=_codes, default=(), metavar="CODES", help="only these rules, by prefix"
    )
    parser.add_argument(
        "--ignore", type=_codes, default=(), metavar="CODES", help="not these rules, by prefix"
    )
    parser.add_argument("--output-format", choices=tuple(FORMATS), default="concise")
    parser.add_argument("--strict", action="store_true", help="warnings block too")
    parser.add_argument(
        "--exit-zero", action="store_true", help="findings do not fail; what cannot be told does"
    )


def run(arguments: argparse.Namespace) -> int:
    tree = tree_of(arguments)
    project = project_of(arguments, tree)
    request = Request(tuple(arguments.services), selected(project, arguments.select, arguments.ignore))
    with Progress("checking", len(arguments.services) or len(project.services)) as progress:
        report = check(tree, project, request, baseline_in(tree), progress.step)
    show(FORMATS[arguments.output_format](report, rule_infos(), wants_colour()))
    tell(summary_line(report))
    return exit_code(report, strict=arguments.strict, exit_zero=arguments.exit_zero)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip().upper() for code in text.split(",") if code.strip())
