"""A release that was begun and never ended: taken up again where it can be, undone where it cannot."""

from __future__ import annotations

from dataclasses import replace

from deployguard.journal.lock import Lock
from deployguard.journal.releases import Outcome, Release, close
from deployguard.model.live import LiveService
from deployguard.model.release import ServicePlan
from deployguard.release.means import Means
from deployguard.release.order import Order
from deployguard.release.undo import undo
from deployguard.release.work import Work


def may_go_on(earlier: Release, plan: ServicePlan) -> bool:
    """Tell whether an unfinished release is of the very same artifact and commit."""
    wanted = ("deploy", plan.commit, plan.fingerprint)
    return (earlier.action, earlier.commit, earlier.fingerprint) == wanted and earlier.did("before")


def take_up(means: Means, order: Order, lock: Lock, earlier: Release) -> Work | None:
    """Return an unfinished release to go on with; None where it had to be undone, or left nothing to go on from."""
    work = Work(means, order, lock, earlier)
    if may_go_on(earlier, order.plan) and _is_own(work):
        work.tell(f"release {earlier.id} was begun by {earlier.who} and never ended: going on")
        work.write("resumed", generation=work.generation())
        return work
    if earlier.action == "rollback":
        end_rollback(work)
        return None
    work.tell(
        f"release {earlier.id} was begun by {earlier.who} and never ended: putting back what it changed"
    )
    end(work, Outcome.UNDONE, f"it never ended; {settle(work)}")
    return None


def end_rollback(work: Work) -> None:
    """Close a rollback that never ended: it was done where all requests go where it was to send them."""
    live, to = work.live(), work.release.revision
    is_done = live is not None and live.percent(to) == 100
    work.tell(
        f"rollback {work.release.id} to {to} was killed {'after it was done' if is_done else 'before that'}"
    )
    reason = "" if is_done else "it never ended; the requests were not moved"
    end(work, Outcome.SUCCEEDED if is_done else Outcome.INTERRUPTED, reason)


def settle(work: Work) -> str:
    """Undo what a release changed."""
    if not work.release.did("before"):
        return "nothing had to be put back"
    said = undo(work)
    work.is_undoing = False
    return said


def end(work: Work, outcome: Outcome, reason: str) -> None:
    """Close the journal of a release."""
    revision = work.release.fact("revision") or work.release.revision
    work.release = close(
        work.means.objects, replace(work.release, outcome=outcome, reason=reason, revision=revision)
    )


def _is_own(work: Work) -> bool:
    """Tell whether the service is as this release, whatever it did last, can have left it."""
    live = work.live()
    if live is None:
        return not work.before.exists
    base = {revision for revision, _ in work.before.shares}
    revision = work.release.fact("revision")
    serving = {each.name for each in live.serving}
    if revision:
        return live.latest_created == revision and serving <= {*base, revision}
    return not base or serving <= {*base, *_made(work, live)}


def _made(work: Work, live: LiveService) -> set[str]:
    """The newest revision, where it is this release's: it was killed before it could write so."""
    found = work.means.services.revision(work.region, work.service, live.latest_created)
    return {found.name} if found is not None and found.stamp.release == work.release.id else set()
