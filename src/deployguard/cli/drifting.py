"""Taking stock of drift, for every verb that needs it: what runs, what is written, and the verdicts."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from deployguard.cli.progress import saying
from deployguard.cli.trees import add_repository_arguments, repository_of
from deployguard.model.drift import FRESH, DriftReport, Verdict
from deployguard.model.errors import ConfigurationError, SourceError, UsageError
from deployguard.model.extras import lacks
from deployguard.model.service import Project, Service

if TYPE_CHECKING:
    from deployguard.drift.content import Narrowing
    from deployguard.model.baseline import Baseline
    from deployguard.model.live import Live
    from deployguard.source.history import History
    from deployguard.source.tips import Tip

_NAME = "deployguard.toml"


def add_drift_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what decides the verdicts: `-C`, `--config`, `--rev`, `--remote`, `--strict-closure`."""
    add_repository_arguments(parser)
    parser.add_argument(
        "--rev", metavar="REV", help="compare with this commit (default: the configured branch, else HEAD)"
    )
    parser.add_argument(
        "--remote",
        action="store_true",
        help="ask the remote whether its branch has moved on since the last fetch",
    )
    parser.add_argument(
        "--strict-closure",
        action="store_true",
        help="of the files that arrive, count those that the entry point reaches, and what builds the service",
    )


class Wanted(NamedTuple):
    """The services to judge: those named (all when empty) of a kind (any when empty).

    `baseline` tells how a release left a service; None reads it from the bucket.
    """

    names: tuple[str, ...] = ()
    kind: str = ""
    baseline: Callable[[Service], Baseline | None] | None = None


class Stock(NamedTuple):
    """An open history, the commit that everything is compared with, and the project as it is written there."""

    history: History
    project: Project
    tip: Tip
    notes: tuple[str, ...]
    given: Path | None
    remote: bool
    strict_closure: bool


class Taken(NamedTuple):
    """The verdicts, and the project as it is written at the commit that they were taken with."""

    project: Project
    report: DriftReport


def taken_stock(arguments: argparse.Namespace, names: Sequence[str] = ()) -> Taken:
    """Judge the services of these names, or all, as the options of `add_drift_arguments` say.

    Raises:
        DeployguardError: the repository or the configuration cannot be read, or a name is not configured.
    """
    with taking_stock(arguments) as stock:
        return Taken(stock.project, report_of(stock, Wanted(tuple(names))))


@contextmanager
def taking_stock(arguments: argparse.Namespace) -> Iterator[Stock]:
    """Find the commit to compare with, and the configuration that holds there.

    Raises:
        SourceError: there is no such commit.
        ConfigurationError: there is no configuration, or something is wrong with it.
    """
    from deployguard.source.history import History

    history = History(repository_of(arguments))
    try:
        stock = _stock(arguments, history)
        try:
            yield stock
        except (ConfigurationError, UsageError) as error:
            raise UsageError("\n".join(filter(None, (str(error), _not_yet_committed(stock))))) from error
    finally:
        history.close()


def _not_yet_committed(stock: Stock) -> str:
    """Say, beside a complaint about the configuration of a commit, that the one on disk is another; "" where it is not."""
    from deployguard.source.lazy import Trees

    work_tree = stock.history.repository.work_tree
    if stock.given is not None or work_tree is None or not (work_tree / _NAME).is_file():
        return ""
    tree = Trees(stock.history).at(stock.tip.commit)
    entry = tree.entry(_NAME)
    written = tree.contents([entry.blob])[entry.blob] if entry else None
    if written == (work_tree / _NAME).read_bytes():
        return ""
    return f"{_NAME} was read as commit {stock.tip.commit[:12]} has it; the one in the work tree differs: commit it first"


def exit_code(report: DriftReport, *, strict: bool = False) -> int:
    """Return 2 where something cannot be told, 1 where something drifted; what is not configured counts if `strict`."""
    verdicts = {one.verdict for one in report.services}
    if Verdict.UNKNOWN in verdicts or report.blind:
        return 2
    passing = FRESH if strict else FRESH | {Verdict.UNMANAGED}
    return int(not verdicts <= passing)


def _stock(arguments: argparse.Namespace, history: History) -> Stock:
    from deployguard.source.commit import no_such_commit
    from deployguard.source.tips import Tip, tip_of

    given = None if arguments.config is None else Path(arguments.config)
    options = bool(arguments.remote), bool(arguments.strict_closure)
    if arguments.rev is not None:
        commit = history.named(arguments.rev)
        if commit is None:
            raise SourceError(no_such_commit(arguments.rev or "--rev is empty", history.repository))
        project, given, notes = _configuration(history, commit, given)
        return Stock(history, project, Tip(commit), notes, given, *options)
    head = tip_of(history, "")
    project, given, notes = _configuration(history, head.commit, given)
    branch = _branch(project)
    tip = tip_of(history, branch)
    if branch and not tip.branch:
        notes = (*notes, f"the configured branch {branch} is not in this clone: compared with HEAD instead")
    if tip.commit != head.commit:
        project, given, notes = _configuration(history, tip.commit, given)
        notes = (*notes, f"compared with {tip.branch}, not with HEAD")
    return Stock(history, project, tip, notes, given, *options)


def _configuration(
    history: History, commit: str, given: Path | None
) -> tuple[Project, Path | None, tuple[str, ...]]:
    """Read the configuration of a commit; one that was never committed is taken from the disk, and that is said."""
    from deployguard.config.load import load_project
    from deployguard.source.lazy import Trees

    tree = Trees(history).at(commit)
    work_tree = history.repository.work_tree
    try:
        return load_project(tree, given), given, ()
    except ConfigurationError:
        lying = work_tree / _NAME if work_tree else None
        if given is not None or lying is None or tree.entry(_NAME) or not lying.is_file():
            raise
        note = f"{_NAME} is not committed: the one on disk is taken for every commit"
        return load_project(tree, lying), lying, (note,)


def services_of(stock: Stock, wanted: Wanted) -> tuple[Service, ...]:
    """Return the wanted services.

    Raises:
        UsageError: a name is not configured.
    """
    from deployguard.config.choice import chosen_services

    chosen = chosen_services(stock.project, wanted.names)
    return tuple(service for service in chosen if wanted.kind in {"", service.kind})


def live_of(stock: Stock, wanted: Wanted) -> Live:
    """Read what runs where the wanted services run.

    Raises:
        UsageError: a name is not configured, or an extra is not installed.
    """
    try:
        from deployguard.gcp.connection import connect
        from deployguard.gcp.live import read_live
    except ImportError as error:  # pragma: no cover  only without the extra
        raise UsageError(lacks(error, "asking Google Cloud what runs", "gcp")) from error
    from deployguard.drift.standing import regions_of
    from deployguard.model.stamp_names import stamp_names

    services = services_of(stock, wanted)
    functions = [service for service in services if service.kind == "function"]
    connection = connect(stock.project)
    with saying(f"asking {connection.project} what runs"):
        return read_live(
            connection,
            regions_of(stock.project, services),
            stamp_names(stock.project.table("labels")),
            regions_of(stock.project, functions),
        )


def report_of(stock: Stock, wanted: Wanted, live: Live | None = None) -> DriftReport:
    """Judge what runs, as it was read or is read now.

    Raises:
        DeployguardError: a name is not configured, or an extra is not installed.
    """
    from deployguard.cli.baselines import baselines_of
    from deployguard.drift.judge import Asked, judge
    from deployguard.drift.notes import asked_note, runtime_notes
    from deployguard.drift.shipped import Shipping

    project, services, now = stock.project, services_of(stock, wanted), datetime.now(UTC)
    live = live or live_of(stock, wanted)
    baseline = wanted.baseline or baselines_of(project, services)
    narrowing = _narrowing(project) if stock.strict_closure else None
    shipping = Shipping(stock.history, stock.tip.commit, project, stock.given)
    judged = judge(
        live, shipping, Asked(services, not wanted.names and not wanted.kind, now, baseline, narrowing)
    )
    notes = (
        asked_note(live),
        _remote_note(stock),
        *stock.notes,
        *runtime_notes(services, live, now.date()),
    )
    return DriftReport(stock.tip.commit, stock.tip.branch, now, judged, notes, tuple(_unseen(live)))


def _unseen(live: Live) -> Iterator[str]:
    """Yield each reason once, after the places that it keeps from being seen."""
    for reason in dict.fromkeys(each.reason for each in live.blind):
        places = [f"{each.region} ({each.api})" for each in live.blind if each.reason == reason]
        yield f"{', '.join(places)}: {reason}"


def _narrowing(project: Project) -> Narrowing:
    from deployguard.drift.narrow import Narrow  # it brings what reads imports

    return Narrow(project)


def _remote_note(stock: Stock) -> str:
    from deployguard.source.branch import default_branch
    from deployguard.source.tips import asked_remote_note, remote_note

    repository = stock.history.repository
    branch = stock.tip.branch or _branch(stock.project) or default_branch(repository)
    if not stock.remote:
        return remote_note(stock.history, stock.tip, branch)
    try:
        return asked_remote_note(repository, stock.tip, branch)
    except SourceError as error:
        return f"{stock.tip.commit[:12]} was not compared with the remote: {error}"


def _branch(project: Project) -> str:
    return str(project.table("project").get("branch", ""))
