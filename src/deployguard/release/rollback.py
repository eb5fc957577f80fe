"""Back to a revision that served before, by its name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from deployguard.gcp.functions import Functions
from deployguard.gcp.invokers import invoker_members
from deployguard.gcp.shipping import set_traffic
from deployguard.journal.baseline import write_baseline
from deployguard.journal.lock import Lock, LockHeldError, Patience, take_lock
from deployguard.journal.overrides import person
from deployguard.journal.releases import (
    Outcome,
    Release,
    begin,
    close,
    history,
    new_release_id,
    unfinished,
    write_step,
)
from deployguard.model.baseline import Baseline
from deployguard.model.errors import CloudError, DeployguardError, UsageError
from deployguard.model.live import LiveRevision, LiveService
from deployguard.model.service import Service
from deployguard.release.earlier import end
from deployguard.release.failures import InterruptedReleaseError, StepFailedError
from deployguard.release.means import Means
from deployguard.release.order import Order
from deployguard.release.result import End, Ended
from deployguard.release.standing import standing_of
from deployguard.release.work import Work


def target_of(means: Means, region: str, live: LiveService, service: str, asked: str) -> LiveRevision:
    """Return the revision to go back to: the one asked for, else the one that served before this one.

    Raises:
        UsageError: the journal knows of none, there is no such revision, or it is not ready.
        CloudError: the journal or the revision cannot be read.
    """
    serving = {each.name for each in live.serving if live.percent(each.name)}
    wanted = asked or _before(means, region, service, serving)
    found = means.services.revision(region, live.name, wanted) if wanted else None
    if not wanted:
        raise UsageError(
            f"{service}: the journal knows of no revision that served before {', '.join(sorted(serving)) or 'now'}; "
            f"name one: `gcloud run revisions list --service={live.name} --region={region}`"
        )
    if found is None:
        raise UsageError(f"{service}: there is no revision {wanted} in {region}")
    if not found.ready:
        raise UsageError(
            f"{service}: {wanted} is not ready and cannot serve: {found.reason or 'no reason given'}"
        )
    if asked and not _has_served(means, region, service, asked):
        means.tell(service, f"the journal does not know that {asked} has served before")
    return found


def roll_back(means: Means, order: Order, asked: str) -> Ended:
    """Move all traffic to a revision that served before; the journal keeps it as a release of its own."""
    plan, service = order.plan, order.service
    ended = Ended(service.name, plan.region, End.REFUSED)
    try:
        patience = Patience(order.manner.wait, means.limits.lease, means.pause)
        lock = take_lock(means.objects, (plan.region, service.name), new_release_id(), patience)
    except LockHeldError as error:
        return replace(ended, message=str(error))
    except InterruptedReleaseError:
        return replace(ended, end=End.INTERRUPTED, message="nothing was begun")
    try:
        return _locked(means, order, lock, asked)
    except UsageError:
        raise
    except InterruptedReleaseError:
        return replace(ended, end=End.INTERRUPTED, message="the traffic was not moved")
    except DeployguardError as error:
        return replace(ended, end=End.FAILED, message=str(error))
    finally:
        lock.let_go()


def _locked(means: Means, order: Order, lock: Lock, asked: str) -> Ended:
    region, service = order.plan.region, order.service
    earlier = unfinished(means.objects, region, service.name)
    live = _live(means, region, service)
    target = target_of(means, region, live, service.name, asked)
    if earlier is not None:
        end(
            Work(means, order, lock, earlier), Outcome.INTERRUPTED, "it never ended; a rollback came after it"
        )
    before = standing_of(live, invoker_members(means.connection, region, live.name))
    if live.percent(target.name) == 100:
        return Ended(
            service.name,
            region,
            End.NOTHING,
            target.stamp.commit,
            base=target.name,
            message=f"{target.name} serves all requests already",
        )
    release = Release(
        id=lock.release,
        service=service.name,
        kind=service.kind,
        region=region,
        project=means.connection.project,
        action="rollback",
        commit=target.stamp.commit,
        fingerprint=target.stamp.fingerprint,
        who=person(),
        began=datetime.now(UTC),
        base=before.base,
        revision=target.name,
        overrides=order.manner.overrides,
    )
    begin(means.objects, release)
    work = Work(means, order, lock, release)
    work.write("before", before=before.as_text(), service=live.name, generation=str(live.generation))
    return _moved(work, target)


def _moved(work: Work, target: LiveRevision) -> Ended:
    work.ready_to_change()
    work.unmoved()
    work.tell(f"traffic: 100 % to {target.name}")
    operation = set_traffic(work.means.connection, work.region, work.service, {target.name: 100})
    work.is_undoing = True  # half a rollback helps nobody: what was asked for is waited for
    work.ended(operation, work.means.limits.traffic)
    live = work.live()
    if live is None or live.percent(target.name) != 100:
        raise StepFailedError(
            f"{target.name} was to get all traffic, and does not; the same command tries again"
        )
    work.release = write_step(
        work.means.objects,
        work.release,
        "traffic-100",
        {"revision": target.name, "generation": str(live.generation)},
    )
    held, stamp = target.settings, target.stamp
    left = Baseline(stamp.release, target.name, held.image, held.env, held.secrets, (), work.release.began)
    message = f"{target.name} serves 100 %"
    try:
        write_baseline(work.means.objects, work.region, work.name, left)
        close(work.means.objects, replace(work.release, outcome=Outcome.SUCCEEDED))
    except CloudError as error:
        message = f"{message}; the journal could not be closed: {error}"
    base = work.before.base
    return Ended(
        work.name, work.region, End.SUCCEEDED, stamp.commit, work.release.id, target.name, base, message
    )


def _live(means: Means, region: str, service: Service) -> LiveService:
    made = Functions(means.connection).get(region, service.name) if service.kind == "function" else None
    name = made.service if made and made.service else service.name
    live = means.services.get(region, name)
    if live is None:
        raise UsageError(f"{service.name}: there is no such service in {region}, so nothing to go back from")
    return live


def _before(means: Means, region: str, service: str, serving: set[str]) -> str:
    """Return the newest revision that a release found serving, or left serving, and that does not serve now."""
    for one in history(means.objects, region, service, limit=50):
        ways = (one.revision if one.outcome is Outcome.SUCCEEDED else "", one.base)
        for revision in ways:
            if revision and revision not in serving:
                return revision
    return ""


def _has_served(means: Means, region: str, service: str, revision: str) -> bool:
    return any(
        revision in {one.base, one.revision if one.outcome is Outcome.SUCCEEDED else ""}
        for one in history(means.objects, region, service, limit=200)
    )
