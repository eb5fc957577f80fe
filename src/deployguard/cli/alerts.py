"""`deployguard alerts`: judge, plan and apply alert policies, say who is told of what, and try it."""

from __future__ import annotations

import argparse

from deployguard.alerts.files import given_file, policy_files
from deployguard.alerts.wanted import configured_policies
from deployguard.cli.output import show, tell, wants_colour
from deployguard.cli.trees import add_tree_arguments, project_of, tree_of
from deployguard.model.alert import Written
from deployguard.model.errors import UsageError
from deployguard.model.extras import lacks
from deployguard.model.report import Report, exit_code
from deployguard.model.service import Project
from deployguard.report.concise import summary_line
from deployguard.report.formats import FORMATS, formatted
from deployguard.rules.alerts import check_alerts
from deployguard.rules.baseline import baseline_in, baseline_path
from deployguard.rules.registry import ALERT_RULES, rule_infos
from deployguard.rules.rule import AlertFacts
from deployguard.rules.selection import selected
from deployguard.source.tree import SourceTree

_ACTIONS = ("validate", "plan", "apply", "list", "test")
_OWN_FORMATS = ("text", "json")
_OF_A_PROJECT = "DG507"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the verb."""
    parser.add_argument(
        "action",
        choices=_ACTIONS,
        help="validate: judge policies, offline; plan: say what apply would do; apply: create and update policies; "
        "list: who is told of what; test: write a log entry, and see which policies it fires",
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="validate: policy files (default: all that is configured); plan, apply: alerts; "
        "list: services; test: one service or alert",
    )
    add_tree_arguments(parser)
    parser.add_argument(
        "--output-format",
        choices=(*_OWN_FORMATS, *(each for each in FORMATS if each not in _OWN_FORMATS)),
        default="text",
        help="how to write it; all but text and json are for validate",
    )
    parser.add_argument("--strict", action="store_true", help="validate: warnings fail too")
    parser.add_argument(
        "--exit-zero", action="store_true", help="findings and changes do not fail; what cannot be told does"
    )
    parser.add_argument(
        "--prune",
        action="store_true",
        help="plan, apply: delete policies of ours that are no longer configured",
    )
    parser.add_argument(
        "--as",
        dest="form",
        choices=("text", "json", "request"),
        default="json",
        help="test: write a line of plain text, a JSON line, or a request that ended with 500 (default: json)",
    )
    parser.add_argument(
        "--severity", default="ERROR", help="test: severity of the JSON line (default: ERROR)"
    )
    parser.add_argument("--message", default="", help="test: what the line says")
    parser.add_argument(
        "--wait",
        type=float,
        default=30.0,
        metavar="SECONDS",
        help="test: how long to look for the entry in the log (default: 30)",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="test: write nothing, only say what would fire"
    )


def run(arguments: argparse.Namespace) -> int:
    """Do one of the actions."""
    tree = tree_of(arguments)
    project = project_of(arguments, tree)
    if arguments.action == "validate":
        return _validate(arguments, tree, project)
    if arguments.output_format not in _OWN_FORMATS:
        raise UsageError(
            f"--output-format {arguments.output_format} is for `alerts validate`; take text or json"
        )
    written = configured_policies(project)
    report = judged(tree, project, written)
    if report.summary().errors and arguments.action in {"plan", "apply"}:
        show(formatted("concise", report, rule_infos(), wants_colour()))
        tell("deployguard: refused: correct these first, Cloud Monitoring would not take them")
        return 1
    return _with_the_cloud(arguments, project, written)


def judged(
    tree: SourceTree, project: Project, policies: tuple[Written, ...], *, whole: bool = False
) -> Report:
    """Judge policies; only with the whole of them can a service be said to have none."""
    rules = tuple(rule.code for rule in ALERT_RULES if whole or rule.code != _OF_A_PROJECT)
    codes = selected(project, rules, ())
    return check_alerts(tree, AlertFacts(project, policies), codes, baseline_in(tree, baseline_path(project)))


def _validate(arguments: argparse.Namespace, tree: SourceTree, project: Project) -> int:
    if arguments.names:
        policies = tuple(given_file(name) for name in arguments.names)
    else:
        policies = (*configured_policies(project), *policy_files(tree, project))
    report = judged(tree, project, policies, whole=not arguments.names)
    name = "concise" if arguments.output_format == "text" else arguments.output_format
    show(formatted(name, report, rule_infos(), wants_colour()))
    tell(summary_line(report, f"{len(policies)} {'policy' if len(policies) == 1 else 'policies'}"))
    return exit_code(report, strict=arguments.strict, exit_zero=arguments.exit_zero)


def _with_the_cloud(arguments: argparse.Namespace, project: Project, written: tuple[Written, ...]) -> int:
    try:
        from deployguard.cli import alerting
    except ImportError as problem:
        raise UsageError(lacks(problem, "asking Cloud Monitoring", "gcp")) from problem
    return alerting.run(arguments, project, written)
