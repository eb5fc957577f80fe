"""`deployguard deploy`: ship a commit, and leave production no worse than it was, whatever happens."""

from __future__ import annotations

import argparse
import threading

from deployguard.cli.ordering import chosen, orders_of
from deployguard.cli.output import show
from deployguard.cli.shipping import ObjectsOf, bucket_objects, means_of, stopped_by_signals
from deployguard.cli.trees import add_repository_arguments
from deployguard.model.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("services", nargs="*", metavar="SERVICE", help="the services to deploy")
    add_repository_arguments(parser)
    parser.add_argument("--rev", metavar="SHA", default="HEAD", help="the commit to ship (default: HEAD)")
    parser.add_argument("--stale", action="store_true", help="every service that does not serve this already")
    parser.add_argument("--from", dest="plan", metavar="FILE", help="ship what `plan --out FILE` has planned")
    _add_traffic(parser)
    parser.add_argument("--allow", action="append", default=[], metavar="NAME", help="let this refusal pass")
    parser.add_argument(
        "--reason", metavar="TEXT", default="", help="why --allow is right this time; it is kept"
    )
    parser.add_argument(
        "--wait", type=float, default=0.0, metavar="SECONDS", help="wait so long for another release to end"
    )
    parser.add_argument(
        "--fix-iam", action="store_true", help="add an invoker binding that lacks, instead of failing"
    )
    parser.add_argument("--no-smoke", action="store_true", help="do not import the entry point here first")
    parser.add_argument("--output-format", choices=("text", "json"), default="text", help="how to write it")


def run(arguments: argparse.Namespace) -> int:
    """Ship; return 0 where all is shipped or current, 1 where not, 2 where it cannot be told, 130 interrupted."""
    return ship(arguments)


def ship(arguments: argparse.Namespace, objects_of: ObjectsOf = bucket_objects) -> int:
    """Ship; `objects_of` gives the place of lock and journal, which a test may put something before."""
    if arguments.allow and not arguments.reason.strip():
        raise UsageError("--allow needs --reason TEXT: the journal keeps why it was right")
    if not (arguments.services or arguments.stale or arguments.plan):
        raise UsageError("say which services to deploy, or --stale for those that lag behind")
    stop = threading.Event()
    with stopped_by_signals(stop):
        wanted = chosen(arguments)
        means = means_of(wanted.project, stop, objects_of)
        orders = orders_of(arguments, wanted, means)
        from deployguard.release.deploy import deploy
        from deployguard.release.fleet import deploy_all
        from deployguard.release.result import exit_code
        from deployguard.report.release import ended_json, ended_text

        ended = deploy_all(means, orders, deploy)
    show(ended_json(ended) if arguments.output_format == "json" else ended_text(ended))
    return exit_code(ended)


def _add_traffic(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--canary",
        type=percentages,
        metavar="5,50,100",
        help="percentages of traffic, step by step (default: `canary` of the service, else all at once)",
    )
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


def percentages(text: str) -> tuple[int, ...]:
    """Read `5,50,100`: rising, each from 1 to 100, and 100 at the end (added where it lacks)."""
    try:
        steps = [int(part.strip().rstrip("%")) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of percentages, such as 5,50,100") from None
    if steps != sorted(set(steps)) or steps[0] < 1 or steps[-1] > 100:
        raise argparse.ArgumentTypeError(f"{text!r} must rise from 1 or more to 100")
    return tuple(steps) if steps[-1] == 100 else (*steps, 100)
