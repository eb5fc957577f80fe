"""Taking stock before a release: what would be shipped, what it would change, and what keeps it from being shipped."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from deployguard.artifact.assemble import artifact_of
from deployguard.artifact.fingerprint import fingerprint
from deployguard.cli.drifting import Stock, Wanted, live_of, report_of, taking_stock
from deployguard.cli.output import tell
from deployguard.cli.progress import Progress
from deployguard.drift.lineage import lineage
from deployguard.drift.notes import runtime_notes
from deployguard.drift.standing import Standing, standings
from deployguard.gcp.connection import connect
from deployguard.model.artifact import Artifact
from deployguard.model.drift import Judged, Verdict
from deployguard.model.errors import CloudError, UsageError
from deployguard.model.live import Live
from deployguard.model.release import Plan, ServicePlan
from deployguard.model.report import ServiceReport
from deployguard.model.service import Project, Service
from deployguard.model.stamp_names import StampNames, stamp_names
from deployguard.release.naming import refuse_name
from deployguard.release.planning import Wanted as WantedRelease
from deployguard.release.planning import in_order, service_plan
from deployguard.release.preflight import NAMES, Ground, preflight
from deployguard.report.printable import counted
from deployguard.source.branch import Holding, default_branch, holding
from deployguard.source.commit import commit_tree
from deployguard.source.history import History
from deployguard.source.tree import SourceTree

# What a deploy of HEAD mends. Others need a look first: `ahead` would go back in time.
_STALE = frozenset({Verdict.STALE, Verdict.DIRTY, Verdict.UNSTAMPED, Verdict.FAILED})


class Planned(NamedTuple):
    """A plan with what it was made of: the commit's tree, its project, and the artifact of each planned service.

    `unknown` names services of which `--stale` could not tell whether they are.
    """

    plan: Plan
    project: Project
    tree: SourceTree
    artifacts: Mapping[str, Artifact]
    unknown: tuple[str, ...] = ()


def add_plan_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what decides what is shipped."""
    parser.add_argument("services", metavar="SERVICE", nargs="*", help="what to ship")
    parser.add_argument("--stale", action="store_true", help="all services that a deploy brings up to date")
    parser.add_argument(
        "-C", dest="directory", metavar="DIR", default=".", help="the repository (default: here)"
    )
    parser.add_argument(
        "--config", metavar="FILE", help="read this file instead of the commit's deployguard.toml"
    )
    parser.add_argument("--rev", metavar="SHA", default="HEAD", help="the commit to ship (default: HEAD)")
    parser.add_argument(
        "--canary", metavar="PERCENTS", type=_percentages, help="traffic step by step, such as 5,50,100"
    )
    parser.add_argument(
        "--allow", metavar="NAME", action="append", default=[], choices=NAMES, help="let this blocker pass"
    )
    parser.add_argument("--reason", metavar="TEXT", default="", help="why; the journal keeps it")


def planned(arguments: argparse.Namespace) -> Planned:
    """Plan what the options ask for, reading only.

    Raises:
        UsageError: nothing is named, a name is not configured, or a reason is missing.
        DeployguardError: the repository or the configuration cannot be read.
    """
    if bool(arguments.services) == bool(arguments.stale):
        raise UsageError(
            "say what to ship: the names of services, or --stale for all that a deploy brings up to date"
        )
    if arguments.allow and not arguments.reason.strip():
        raise UsageError(f"--allow {arguments.allow[0]} needs --reason TEXT: the journal keeps why")
    arguments.remote = arguments.strict_closure = False
    with taking_stock(arguments) as stock:
        wanted = Wanted(tuple(arguments.services))
        live = live_of(stock, wanted)
        found = report_of(stock, wanted, live).services
        # What is not configured may have the name of a service, in another region.
        judged = {each.name: each for each in found if each.verdict is not Verdict.UNMANAGED}
        tree = commit_tree(stock.history.repository, stock.tip.commit)
        return _planned(arguments, stock, live, judged, tree)


def _planned(
    arguments: argparse.Namespace, stock: Stock, live: Live, judged: Mapping[str, Judged], tree: SourceTree
) -> Planned:
    project = stock.project
    named = {service.name: service for service in project.services}
    unknown = [name for name, each in judged.items() if each.verdict is Verdict.UNKNOWN and arguments.stale]
    names = [name for name, each in judged.items() if name in named and _asked_for(arguments, each)]
    services = in_order([service for service in project.services if service.name in names])
    for service in services:
        refuse_name(service)
    reports = _checked(tree, project, services)
    artifacts = {service.name: artifact_of(tree, service) for service in services}
    found = {each.service.name: each for each in standings(project, services, live)}
    known = [
        _Known(found[name], judged.get(name), reports[name], artifacts[name])
        for name in (service.name for service in services)
    ]
    notes = (*stock.notes, *runtime_notes(services, live, datetime.now(UTC).date()))
    plan = Plan(live.project, stock.tip.commit, _plans(arguments, stock, known), notes)
    return Planned(plan, project, tree, artifacts, tuple(sorted(unknown)))


def _asked_for(arguments: argparse.Namespace, judged: Judged) -> bool:
    return judged.verdict in _STALE or not arguments.stale


class _Shared(NamedTuple):
    """What holds for every service of a release. `account` is a refusal of the credentials, "" for none."""

    history: History
    commit: str
    branch: str
    holding: Holding
    account: str
    names: StampNames


class _Known(NamedTuple):
    """What was gathered of one service."""

    standing: Standing
    judged: Judged | None
    found: ServiceReport
    artifact: Artifact


def _shared(stock: Stock) -> _Shared:
    project, repository, commit = stock.project, stock.history.repository, stock.tip.commit
    configured = project.table("project").get("branch")
    branch = str(configured or default_branch(repository) or "main")
    names = stamp_names(project.table("labels"))
    return _Shared(
        stock.history, commit, branch, holding(repository, branch, commit), _account(project), names
    )


def _plans(arguments: argparse.Namespace, stock: Stock, known: Sequence[_Known]) -> tuple[ServicePlan, ...]:
    if not known:  # nor is Google asked who this is
        return ()
    shared = _shared(stock)
    return tuple(_service(arguments, shared, each) for each in known)


def _service(arguments: argparse.Namespace, shared: _Shared, known: _Known) -> ServicePlan:
    standing, judged = known.standing, known.judged
    service, shipped = standing.service, fingerprint(known.artifact)
    line = lineage(shared.history, judged, shared.commit, shipped)
    ground = Ground(
        service=service,
        commit=shared.commit,
        branch=shared.branch,
        holding=shared.holding,
        found=known.found,
        live=standing.live,
        today=datetime.now(UTC).date(),
        blind="; ".join(dict.fromkeys(standing.blind)) or _no_region(standing),
        account=shared.account,
        newer=line.newer,
        untold=line.untold,
    )
    configured = service.table.get("canary")
    canary = arguments.canary or (configured if isinstance(configured, tuple) else ())
    wanted = WantedRelease(
        service,
        standing.region,
        shared.commit,
        shipped,
        shared.names,
        tuple(canary),
        bool(line.newer),
        line.dropped,
    )
    return service_plan(wanted, standing.live, judged, preflight(ground, dict.fromkeys(arguments.allow, "")))


def _checked(tree: SourceTree, project: Project, services: Sequence[Service]) -> dict[str, ServiceReport]:
    """Check the services at the commit, their requirements resolved."""
    from deployguard.requirements.resolving.resolve import Resolver
    from deployguard.rules.baseline import baseline_in, baseline_path
    from deployguard.rules.check import Request, check
    from deployguard.rules.selection import selected

    if not services:
        return {}
    resolver = Resolver.here(refresh=False)
    tell(f"checking {counted(len(services), 'service')} at the commit, with what would be installed ...")
    with Progress("checking", len(services)) as progress:
        request = Request(
            tuple(service.name for service in services),
            selected(project, (), ()),
            repository=False,
            resolving=lambda sets: resolver.resolve_all(sets, lambda _: None),
        )
        baseline = baseline_in(tree, baseline_path(project))
        return {each.name: each for each in check(tree, project, request, baseline, progress.step).services}


def _account(project: Project) -> str:
    """Return why the credentials are not those of the configured project, "" where nothing speaks against them."""
    from deployguard.gcp.account import account, check_project

    try:
        connection = connect(project)
        check_project(connection, account(connection))
    except CloudError as error:
        return str(error)
    return ""


def _no_region(standing: Standing) -> str:
    name = standing.service.name
    return "" if standing.region else f"[services.{name}] has no `region`, and neither has [project]"


def _percentages(text: str) -> tuple[int, ...]:
    try:
        steps = tuple(int(part.strip().rstrip("%")) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of percentages, such as 5,50,100") from None
    if list(steps) != sorted(set(steps)) or steps[0] < 1 or steps[-1] != 100:
        raise argparse.ArgumentTypeError(f"{text!r}: the steps must rise from 1 or more, and end with 100")
    return steps
