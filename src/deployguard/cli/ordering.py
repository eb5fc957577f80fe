"""From the command line to orders: which services, which commit, and what the plan says of each."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NamedTuple

from deployguard.cli.shipping import region_of
from deployguard.cli.trees import project_of, repository_of
from deployguard.model.errors import UsageError
from deployguard.model.service import Project, Service
from deployguard.source.commit import commit_tree
from deployguard.source.git import Repository
from deployguard.source.tree import SourceTree

if TYPE_CHECKING:
    from deployguard.model.release import ServicePlan
    from deployguard.release.means import Means
    from deployguard.release.order import Manner, Order


class Chosen(NamedTuple):
    """The commit's tree, its configuration, and the services that were asked for."""

    repository: Repository
    tree: SourceTree
    project: Project
    services: tuple[Service, ...]
    planned: tuple[ServicePlan, ...] = ()


def chosen(arguments: argparse.Namespace) -> Chosen:
    """Read the commit and its configuration.

    Raises:
        SourceError, ConfigurationError, UsageError: there is no such commit, configuration, service or plan.
    """
    from deployguard.rules.check import chosen_services

    repository = repository_of(arguments)
    planned: tuple[ServicePlan, ...] = ()
    revision, names = arguments.rev, arguments.services
    if arguments.plan:
        from pathlib import Path

        from deployguard.release.plan_file import read_plan

        plan = read_plan(Path(arguments.plan))
        planned, revision = plan.services, plan.commit
        names = names or [one.name for one in planned]
    tree = commit_tree(repository, revision)
    project = project_of(arguments, tree)
    return Chosen(repository, tree, project, chosen_services(project, names), planned)


def orders_of(arguments: argparse.Namespace, wanted: Chosen, means: Means) -> tuple[Order, ...]:
    """Plan each service, and say how it is to be shipped.

    Raises:
        CloudError: what serves now cannot be asked.
        UsageError: an option does not fit.
    """
    from deployguard.artifact.assemble import artifact_of
    from deployguard.release.order import Order

    made = []
    for service in wanted.services:
        artifact = artifact_of(wanted.tree, service)
        order_manner = manner_of(arguments, service)
        plan = next((one for one in wanted.planned if one.name == service.name), None)
        made.append(
            Order(
                plan or _planned(wanted, service, means, order_manner),
                service,
                wanted.tree,
                artifact,
                order_manner,
            )
        )
    return tuple(made)


def manner_of(arguments: argparse.Namespace, service: Service) -> Manner:
    """Return how the traffic of one service is moved: as the command line says, else as it is configured."""
    from deployguard.model.amounts import seconds
    from deployguard.release.order import Manner

    watch = None if arguments.watch is None else seconds(arguments.watch)
    if arguments.watch is not None and not watch:
        raise UsageError(f"--watch {arguments.watch}: is no time, such as 60s or 5m")
    configured = service.table.get("canary")
    steps = arguments.canary or (tuple(map(int, configured)) if isinstance(configured, tuple) else ())
    return Manner(
        canary=steps,
        watch=watch,
        most_errors=arguments.max_error_rate / 100,
        fewest_requests=arguments.min_requests,
        smoke=not arguments.no_smoke,
        fix_iam=arguments.fix_iam,
        wait=arguments.wait,
        overrides=tuple((name, arguments.reason) for name in arguments.allow),
    )


def _planned(wanted: Chosen, service: Service, means: Means, manner: Manner) -> ServicePlan:
    from deployguard.artifact.assemble import artifact_of
    from deployguard.artifact.fingerprint import fingerprint
    from deployguard.gcp.functions import Functions
    from deployguard.release.planning import Wanted, service_plan

    region = region_of(wanted.project, service)
    made = Functions(means.connection).get(region, service.name) if service.kind == "function" else None
    live = means.services.get(region, made.service if made and made.service else service.name)
    asked = Wanted(
        service,
        region,
        wanted.tree.sha or "",
        fingerprint(artifact_of(wanted.tree, service)),
        means.names,
        manner.canary,
    )
    return service_plan(asked, live, None, ())
