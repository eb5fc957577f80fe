"""From the command line to orders: what the plan says of each service, and how it is to be shipped."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

from deployguard.cli.planning import Planned, planned
from deployguard.model.amounts import seconds
from deployguard.model.errors import UsageError
from deployguard.model.release import Plan, ServicePlan
from deployguard.model.service import Project, Service
from deployguard.release.order import Manner, Order
from deployguard.release.plan_file import read_plan


class Ordered(NamedTuple):
    """What is to be shipped. `unknown` names services of which `--stale` could not tell whether they are."""

    project: Project
    orders: tuple[Order, ...]
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def orders_of(arguments: argparse.Namespace) -> Ordered:
    """Plan what was asked for; a plan made before is made again, and must have come out the same.

    Raises:
        UsageError: an option does not fit, or what a plan was made on has moved.
        DeployguardError: the repository or the configuration cannot be read.
    """
    given = read_plan(Path(arguments.plan)) if arguments.plan else None
    if given is not None:
        if arguments.services or arguments.stale:
            raise UsageError("--from ships what the plan says; leave out services and --stale")
        arguments.rev = given.commit
        arguments.services = [one.name for one in given.services]
    found = planned(arguments)
    if given is not None:
        _refuse_moved(arguments.plan, given, found.plan)
    orders = tuple(_order(arguments, found, plan) for plan in found.plan.services)
    return Ordered(found.project, orders, found.unknown, found.plan.notes)


def _order(arguments: argparse.Namespace, found: Planned, plan: ServicePlan) -> Order:
    service = next(one for one in found.project.services if one.name == plan.name)
    return Order(plan, service, found.tree, found.artifacts[plan.name], manner_of(arguments, service))


def _refuse_moved(path: str, given: Plan, now: Plan) -> None:
    found = {new.name: _basis(new) for new in now.services}
    moved = [old.name for old in given.services if _basis(old) != found.get(old.name)]
    if moved:
        raise UsageError(
            f"{path}: {', '.join(moved)} changed since this plan was made; look again with `deployguard plan`"
        )


def _basis(plan: ServicePlan) -> tuple[object, ...]:
    return (
        plan.name,
        plan.commit,
        plan.fingerprint,
        plan.action,
        plan.base,
        plan.base_generation,
        plan.changes,
    )


def manner_of(arguments: argparse.Namespace, service: Service) -> Manner:
    """Return how the traffic of one service is moved: as the command line says, else as it is configured."""
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
