"""`deployguard reconcile`: completion documents that disagree with themselves, and their repair behind the gate."""

from __future__ import annotations

import argparse

from deployguard.cli.days import day, number_of_days
from deployguard.cli.output import show, tell
from deployguard.cli.trees import add_repository_arguments
from deployguard.model.drift import FRESH, Verdict
from deployguard.model.errors import UsageError

_DAYS = 7


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("trackers", metavar="TRACKER", nargs="*", help="only these trackers (default: all)")
    add_repository_arguments(parser)
    parser.add_argument(
        "--days",
        type=number_of_days,
        metavar="N",
        help=f"so many dates, 1 to 365 (default: {_DAYS}, or 1 with --date)",
    )
    parser.add_argument(
        "--date", type=day, metavar="D", help="the last date (default: today in the tracker's time zone)"
    )
    parser.add_argument("--fix", action="store_true", help="set wrong counts; needs the gate's permission")
    parser.add_argument(
        "--trigger",
        action="store_true",
        help="with --fix: start the next phase of dates that are complete and never started it",
    )
    parser.add_argument(
        "--allow",
        choices=[verdict.value for verdict in Verdict if verdict not in FRESH],
        action="append",
        default=[],
        help="with --fix: pass the gate in spite of this verdict, such as stale; recorded with --reason",
    )
    parser.add_argument("--reason", metavar="TEXT", default="", help="why --allow is right this time")
    parser.add_argument("--output-format", choices=("text", "json"), default="text", help="how to write it")
    # What the verdicts are taken with; reconciling has no options of its own for it.
    parser.set_defaults(rev=None, remote=False, strict_closure=False)


def run(arguments: argparse.Namespace) -> int:
    from deployguard.cli.reconciling import exit_code, reconciled
    from deployguard.report.reconcile import reconcile_json, reconcile_text, refusal, without_document

    _refuse_what_does_not_go_together(arguments)
    reports, permissions = reconciled(arguments)
    if arguments.output_format == "json":
        show(reconcile_json(reports, permissions, fix=arguments.fix))
    else:
        show(reconcile_text(reports))
    for line in filter(None, map(without_document, reports)):
        tell(line)
    for permission in permissions:
        if arguments.fix and not permission.asked:
            tell(
                f"deployguard: warning: {permission.tracker} has no `written-by`: nobody asked whether what writes "
                "its documents is current"
            )
        if permission.reasons and not permission.allowed:
            tell(f"deployguard: {'not repaired: ' if arguments.fix else 'gate: '}{refusal(permission)}")
    return exit_code(reports, permissions, fix=arguments.fix)


def _refuse_what_does_not_go_together(arguments: argparse.Namespace) -> None:
    if arguments.trigger and not arguments.fix:
        raise UsageError("--trigger publishes messages, and a report changes nothing: add --fix")
    if arguments.allow and not arguments.fix:
        raise UsageError("--allow passes the gate, which only stands before --fix")
    if arguments.allow and not arguments.reason.strip():
        raise UsageError('--allow is recorded with a reason: add --reason "..."')
    if arguments.reason and not arguments.allow:
        raise UsageError("--reason says why a verdict is let pass: add --allow VERDICT")
