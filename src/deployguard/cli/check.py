"""`deployguard check`: judge every service by the static rules."""

from __future__ import annotations

import argparse
from dataclasses import replace

from deployguard.cli.mend import make, planned, show_diff, write_baseline
from deployguard.cli.output import show, tell, wants_colour
from deployguard.cli.progress import Progress
from deployguard.cli.since import add_since_argument, touched_since
from deployguard.cli.trees import add_tree_arguments, project_of, repository_of, tree_of
from deployguard.model.errors import UsageError
from deployguard.model.report import Report, exit_code
from deployguard.model.service import Project
from deployguard.report.concise import summary_line
from deployguard.report.formats import FORMATS
from deployguard.rules.baseline import Baseline, baseline_in, baseline_path
from deployguard.rules.check import Request, check, chosen_services
from deployguard.rules.registry import rule_infos
from deployguard.rules.selection import selected
from deployguard.source.tree import SourceTree


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("services", nargs="*", metavar="SERVICE", help="check only these (default: all)")
    add_tree_arguments(parser)
    add_since_argument(parser)
    parser.add_argument(
        "--select", type=_codes, default=(), metavar="CODES", help="only these rules, by prefix"
    )
    parser.add_argument(
        "--ignore", type=_codes, default=(), metavar="CODES", help="not these rules, by prefix"
    )
    then = parser.add_mutually_exclusive_group()
    then.add_argument(
        "--fix", action="store_true", help="make the safe fixes in the work tree, then report what is left"
    )
    then.add_argument("--diff", action="store_true", help="show what --fix would do, and change nothing")
    then.add_argument(
        "--write-baseline",
        action="store_true",
        help="make the present findings known, so that only new ones count",
    )
    parser.add_argument("--output-format", choices=tuple(FORMATS), default="concise", help="how to write it")
    parser.add_argument("--strict", action="store_true", help="warnings block too")
    parser.add_argument(
        "--exit-zero", action="store_true", help="findings do not fail; what cannot be told does"
    )


def run(arguments: argparse.Namespace) -> int:
    _refuse_what_does_not_go_together(arguments)
    tree = tree_of(arguments)
    project = project_of(arguments, tree)
    request = _request(arguments, tree, project)
    if arguments.fix:
        make(planned(tree, project, request, _baseline(tree, project)), repository_of(arguments))
        tree = tree_of(arguments)
    if arguments.write_baseline:
        return write_baseline(_judged(tree, project, request, {}), project, repository_of(arguments))
    report = _judged(tree, project, request, _baseline(tree, project))
    if arguments.diff:
        something = show_diff(planned(tree, project, request, _baseline(tree, project)))
        tell(summary_line(report))
        return 2 if report.unknowns() else something
    show(FORMATS[arguments.output_format](report, rule_infos(), wants_colour()))
    tell(summary_line(report))
    return exit_code(report, strict=arguments.strict, exit_zero=arguments.exit_zero)


def _request(arguments: argparse.Namespace, tree: SourceTree, project: Project) -> Request:
    codes = selected(project, arguments.select, arguments.ignore)
    request = Request(tuple(arguments.services), codes)
    chosen_services(project, request.names)
    if not arguments.since:
        return request
    _, services = touched_since(arguments, tree, project)
    return replace(request, within=frozenset(service.name for service in services))


def _judged(tree: SourceTree, project: Project, request: Request, baseline: Baseline) -> Report:
    with Progress("checking", len(request.names) or len(project.services)) as progress:
        return check(tree, project, request, baseline, progress.step)


def _baseline(tree: SourceTree, project: Project) -> Baseline:
    return baseline_in(tree, baseline_path(project))


def _refuse_what_does_not_go_together(arguments: argparse.Namespace) -> None:
    """Refuse options that would not do what they seem to.

    Raises:
        UsageError: which ones, and why.
    """
    if arguments.fix and (arguments.staged or arguments.rev):
        given = "--staged" if arguments.staged else "--rev"
        raise UsageError(
            f"--fix changes files of the work tree, which {given} does not read; "
            f"run `deployguard check --fix`, then stage what it did (or see it with {given} --diff)"
        )
    narrowed = arguments.services or arguments.since or arguments.select or arguments.ignore
    if arguments.write_baseline and (narrowed or arguments.rev):
        raise UsageError(
            "--write-baseline writes the whole baseline anew; leave out services, "
            "--since, --rev, --select and --ignore"
        )


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip().upper() for code in text.split(",") if code.strip())
