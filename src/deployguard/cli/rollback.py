"""`deployguard rollback`: back to a revision that served before."""

from __future__ import annotations

import argparse
import threading
from typing import TYPE_CHECKING

from deployguard.cli.output import show, tell
from deployguard.cli.shipping import means_of, region_of, stopped_by_signals
from deployguard.cli.trees import add_repository_arguments, default_tree, project_of, repository_of

if TYPE_CHECKING:
    from deployguard.model.service import Project, Service
    from deployguard.release.order import Order
    from deployguard.source.git import Repository
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
    from deployguard.rules.check import chosen_services

    stop = threading.Event()
    repository = repository_of(arguments)
    tree = default_tree(repository)
    project = project_of(arguments, tree)
    service = chosen_services(project, (arguments.service,))[0]
    with stopped_by_signals(stop):
        means = means_of(project, stop)
        from deployguard.release.result import exit_code
        from deployguard.release.rollback import roll_back
        from deployguard.report.release import ended_json, ended_text

        ended = roll_back(means, _order(arguments, project, service, tree), arguments.revision)
    show(ended_json((ended,)) if arguments.output_format == "json" else ended_text((ended,)))
    if ended.is_well:
        tell(_age(repository, ended.commit))
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


def _age(repository: Repository, commit: str) -> str:
    """Say what production runs now, and how far behind this clone's HEAD that is."""
    if not commit:
        return "production runs a revision without a stamp: which commit it is cannot be told"
    done = repository.attempt("rev-list", "--count", f"{commit}..HEAD")
    count = done.stdout.decode("ascii", "replace").strip()
    if done.returncode or not count.isdigit():
        return f"production runs {commit[:12]}, which this clone does not have"
    return (
        f"production runs {commit[:12]}, {count} commits behind HEAD; `deployguard drift` tells which matter"
    )
