"""Back to a revision that served before, by its name."""

from __future__ import annotations

from dataclasses import replace

from deployguard.gcp.functions import Functions
from deployguard.gcp.invokers import invoker_members
from deployguard.gcp.shipping import remove_tag, shift_traffic
from deployguard.journal.baseline import write_baseline
from deployguard.journal.lock import Lock, LockHeldError, Patience, take_lock
from deployguard.journal.releases import (
    Outcome,
    Release,
    begin,
    close,
    new_release_id,
    unfinished,
)
from deployguard.model.baseline import Baseline
from deployguard.model.digests import key_mark
from deployguard.model.errors import CloudError, DeployguardError, UsageError
from deployguard.model.live import LiveRevision, LiveService
from deployguard.model.service import Service
from deployguard.release.earlier import end, end_rollback
from deployguard.release.failures import InterruptedReleaseError, MovedError, StepFailedError
from deployguard.release.means import Means
from deployguard.release.naming import tag_name
from deployguard.release.order import Order
from deployguard.release.result import End, Ended
from deployguard.release.standing import standing_of
from deployguard.release.target import rolled_back, target_of
from deployguard.release.work import Work, release_of


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
    except CloudError as error:
        return replace(ended, end=End.UNKNOWN, message=f"{error}; nothing was begun")
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
    begun = Work(means, order, lock, earlier) if earlier else None
    if begun is not None and _goes_on(begun.release, asked):
        return _taken_up(begun)
    live = _live(means, region, service)
    target = target_of(means, region, live, service.name, asked)
    if begun is not None:
        _left_behind(begun)
        live = _live(means, region, service)
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
    release = replace(
        release_of(means, order, lock, "rollback", before.base),
        commit=target.stamp.commit,
        fingerprint=target.stamp.fingerprint,
        region=region,
        revision=target.name,
    )
    begin(means.objects, release)
    work = Work(means, order, lock, release)
    work.write("before", before=before.as_text(), service=live.name, generation=str(live.generation))
    return _to_its_end(work, target)


def _goes_on(earlier: Release, asked: str) -> bool:
    """Tell whether an unfinished release is this very rollback: asked for again, it must not go further down."""
    return earlier.action == "rollback" and asked in {"", earlier.revision} and earlier.did("before")


def _taken_up(work: Work) -> Ended:
    live = _live(work.means, work.region, work.order.service)
    target = work.means.services.revision(work.region, live.name, work.release.revision, live.uid)
    if target is None:
        raise StepFailedError(f"there is no revision {work.release.revision} any more; name another one")
    work.tell(f"rollback {work.release.id} was begun by {work.release.who} and never ended: going on")
    work.write("resumed", generation=str(live.generation))  # it is asked for what is there now
    return _to_its_end(work, target)


def _left_behind(begun: Work) -> None:
    """Close what was begun and never ended, and take its candidate's tag away: the traffic is moved by what follows."""
    if begun.release.action == "rollback":
        end_rollback(begun)
        return
    tag = tag_name(begun.service, begun.release.id)
    if begun.release.did("before") and tag:
        begun.ready_to_change()
        begun.ended(
            remove_tag(begun.means.connection, begun.region, begun.service, tag), begun.means.limits.traffic
        )
    end(begun, Outcome.INTERRUPTED, "it never ended; a rollback came after it")


def _to_its_end(work: Work, target: LiveRevision) -> Ended:
    """Move the traffic; where that ends before anything is moved, the journal says so, or it would seem to be under way."""
    try:
        return _moved(work, target)
    except InterruptedReleaseError:
        end(work, Outcome.INTERRUPTED, "interrupted before the traffic was moved")
        raise
    except MovedError as error:
        end(work, Outcome.FAILED, str(error))
        raise


def _moved(work: Work, target: LiveRevision) -> Ended:
    work.ready_to_change()
    live = work.live()
    if live is None or live.percent(target.name) != 100:
        found = work.unmoved()
        work.tell(f"traffic: 100 % to {target.name}")
        operation = shift_traffic(
            work.means.connection,
            work.region,
            work.service,
            {target.name: 100},
            found.generation if found else 0,
        )
        work.is_undoing = True  # half a rollback helps nobody: what was asked for is waited for
        work.ended(operation, work.means.limits.traffic)
        live = work.live()
    if live is None or live.percent(target.name) != 100:
        raise StepFailedError(
            f"{target.name} was to get all traffic, and does not; the same command tries again"
        )
    if not work.release.did("traffic-100"):
        work.write("traffic-100", revision=target.name, generation=str(live.generation))
    held, stamp = target.settings, target.stamp
    others = [name for name, _ in work.before.shares if name != target.name]
    left = Baseline(
        release=stamp.release,
        revision=target.name,
        image=held.image,
        env=held.env,
        secrets=held.secrets,
        at=work.release.began,
        values=held.values,
        key=key_mark(live.uid),
        left=others[0] if others else "",
        why=rolled_back(work.release),
    )
    message = ", ".join([f"{target.name} serves 100 %", *(f"{name} nothing any more" for name in others)])
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
