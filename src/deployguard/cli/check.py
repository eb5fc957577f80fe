"""`deployguard check`: judge every service by the static rules."""

from __future__ import annotations

import argparse
import sys

from deployguard.cli.progress import Progress
from deployguard.cli.trees import add_tree_arguments, project_of, tree_of
from deployguard.model.report import exit_code
from deployguard.report.concise import summary_line
from deployguard.report.formats import FORMATS
from deployguard.rules.baseline import baseline_in
from deployguard.rules.check import Request, check
from deployguard.rules.registry import chosen, rule_infos


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
    request = Request(tuple(arguments.services), chosen(arguments.select, arguments.ignore))
    with Progress("checking", len(arguments.services) or len(project.services)) as progress:
        report = check(tree, project, request, baseline_in(tree), progress.step)
    colour = sys.stdout.isatty() and not _no_colour()
    sys.stdout.write(_safe(FORMATS[arguments.output_format](report, rule_infos(), colour)))
    print(summary_line(report), file=sys.stderr)
    return exit_code(report, strict=arguments.strict, exit_zero=arguments.exit_zero)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip().upper() for code in text.split(",") if code.strip())


def _no_colour() -> bool:
    import os

    return bool(os.environ.get("NO_COLOR"))


def _safe(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
