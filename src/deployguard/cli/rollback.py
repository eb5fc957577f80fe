"""`deployguard rollback`: back to a revision that served before."""

from __future__ import annotations

import argparse
import threading
from typing import TYPE_CHECKING

from deployguard.cli.bucket import bucket_objects
from deployguard.cli.drifting import Wanted, report_of, taking_stock
from deployguard.cli.output import show, tell
from deployguard.cli.shipping import ObjectsOf, means_of, region_of, stopped_by_signals
from deployguard.cli.trees import add_repository_arguments, default_tree, project_of, repository_of
from deployguard.model.drift import Verdict
from deployguard.model.errors import DeployguardError
from deployguard.report.printable import counted

if TYPE_CHECKING:
    from deployguard.model.service import Project, Service
    from deployguard.release.order import Order
    from deployguard.source.tree import SourceTree


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", metavar="SERVICE", help="the service to bring back")
    parser.add_argument(
        "revision", nargs="?", default="", metavar="REVISION", help="where to (default: what served before)"
    )
    add_repository_arguments(parser)
    parser.add_argument("--reason", metavar="TEXT", default="", help="why; it is kept in the journal")
    parser.add_argument(
        "--wait", type=float, default=0.0, metavar="SECONDS", help="wait so long for another release to end"
    )
    parser.add_argument("--output-format", choices=("text", "json"), default="text", help="how to write it")


def run(arguments: argparse.Namespace) -> int:
    """Go back; return 0 where the revision serves, 1 where it could not be done, 130 interrupted."""
    return go_back(arguments)


def go_back(arguments: argparse.Namespace, objects_of: ObjectsOf = bucket_objects) -> int:
    """Go back; `objects_of` gives the place of lock and journal, which a test may put something before."""
    from deployguard.config.choice import chosen_services

    stop = threading.Event()
    tree = default_tree(repository_of(arguments))
    project = project_of(arguments, tree)
    service = chosen_services(project, (arguments.service,))[0]
    with stopped_by_signals(stop):
        means = means_of(project, stop, objects_of)
        from deployguard.release.result import exit_code
        from deployguard.release.rollback import roll_back
        from deployguard.report.release import ended_json, ended_text

        ended = roll_back(means, _order(arguments, project, service, tree), arguments.revision)
    show(ended_json((ended,)) if arguments.output_format == "json" else ended_text((ended,)))
    if ended.is_well:
        tell(_age(arguments, service.name, ended.commit))
    return exit_code((ended,))


def _order(arguments: argparse.Namespace, project: Project, service: Service, tree: SourceTree) -> Order:
    from deployguard.artifact.assemble import artifact_of
    from deployguard.model.release import ServicePlan
    from deployguard.release.order import Manner, Order

    overrides = (("rollback", arguments.reason),) if arguments.reason else ()
    plan = ServicePlan(service.name, service.kind, region_of(project, service), "", "", "update")
    return Order(
        plan, service, tree, artifact_of(tree, service), Manner(wait=arguments.wait, overrides=overrides)
    )


def _age(arguments: argparse.Namespace, service: str, commit: str) -> str:
    """Say what production runs now, and how many of the commits since then matter to it."""
    if not commit:
        return "production runs a revision without a stamp: which commit it is cannot be told"
    runs = f"production runs {commit[:12]}"
    arguments.rev, arguments.remote, arguments.strict_closure = None, False, False
    try:
        with taking_stock(arguments) as stock:
            report = report_of(stock, Wanted((service,), baseline=lambda _: None))
    except DeployguardError as error:
        return f"{runs}; how much older it is cannot be told: {error}"
    judged, head = report.services[0], report.branch or report.head[:12]
    if judged.verdict is Verdict.UNKNOWN:
        return f"{runs}; how much older it is cannot be told: {judged.reason}"
    if not judged.behind:
        return f"{runs}, and {head} has nothing newer"
    number = f"{counted(len(judged.commits), 'relevant commit')} older than {head}, of {judged.behind}"
    return f"{runs}, {number}; `deployguard drift {service}` names them"
