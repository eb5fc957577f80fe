"""`deployguard deploy`: ship a commit, and leave production no worse than it was, whatever happens."""

from __future__ import annotations

import argparse
import threading

from deployguard.cli.bucket import bucket_objects
from deployguard.cli.ordering import orders_of
from deployguard.cli.output import show, tell
from deployguard.cli.planning import add_plan_arguments
from deployguard.cli.shipping import ObjectsOf, means_of, stopped_by_signals
from deployguard.model.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_plan_arguments(parser)
    parser.add_argument("--from", dest="plan", metavar="FILE", help="ship what `plan --out FILE` has planned")
    _add_traffic(parser)
    parser.add_argument(
        "--wait", type=float, default=0.0, metavar="SECONDS", help="wait so long for another release to end"
    )
    parser.add_argument(
        "--fix-iam", action="store_true", help="add an invoker binding that lacks, instead of failing"
    )
    parser.add_argument("--no-smoke", action="store_true", help="do not import the entry point here first")
    parser.add_argument(
        "--then",
        choices=("reconcile",),
        help="after a success, repair the documents that these services write",
    )
    parser.add_argument("--output-format", choices=("text", "json"), default="text", help="how to write it")


def run(arguments: argparse.Namespace) -> int:
    """Ship; return 0 where all is shipped or current, 1 where not, 2 where it cannot be told, 130 interrupted."""
    return ship(arguments)


def ship(arguments: argparse.Namespace, objects_of: ObjectsOf = bucket_objects) -> int:
    """Ship; `objects_of` gives the place of lock and journal, which a test may put something before."""
    if arguments.then and arguments.output_format == "json":
        raise UsageError(
            "--then writes two reports, which are no JSON together; reconcile on its own afterwards"
        )
    ordered = orders_of(arguments)  # a signal before this line's end ends the program: nothing was begun
    stop = threading.Event()
    with stopped_by_signals(stop):
        for note in ordered.notes:
            tell(f"deployguard: {note}")
        for order in ordered.orders:
            if order.plan.older:
                tell(f"deployguard: {order.plan.name}: {order.plan.commit[:12]} is OLDER than what serves")
            for note in order.plan.notes:
                tell(f"deployguard: {order.plan.name}: {note}")
        means = means_of(ordered.project, stop, objects_of, [order.service.name for order in ordered.orders])
        from deployguard.release.deploy import deploy
        from deployguard.release.fleet import deploy_all
        from deployguard.release.result import exit_code
        from deployguard.report.release import ended_json, ended_summary, ended_text

        ended = deploy_all(means, ordered.orders, deploy)
    show(ended_json(ended) if arguments.output_format == "json" else ended_text(ended))
    if len(ended) > 1:
        tell(ended_summary(ended))
    for name in ordered.unknown:
        tell(f"deployguard: {name}: whether it is stale cannot be told; see `deployguard drift {name}`")
    code = 2 if ordered.unknown else exit_code(ended)
    if code or not arguments.then:
        return code
    from deployguard.cli.then import then_reconcile

    return then_reconcile(arguments, ordered.project, {order.service.name for order in ordered.orders})


def _add_traffic(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--watch", metavar="TIME", help="how long each step is watched, such as 60s (default: 60s)"
    )
    parser.add_argument(
        "--max-error-rate",
        type=float,
        default=1.0,
        metavar="PERCENT",
        help="errors in 100 requests of the new revision that are let pass (default: 1)",
    )
    parser.add_argument(
        "--min-requests",
        type=int,
        default=20,
        metavar="N",
        help="requests without which a step cannot be judged (default: 20)",
    )
