"""Requests to the new revision: all at once, or by steps that are watched."""

from __future__ import annotations

from deployguard.gcp.shipping import shift_traffic
from deployguard.model.live import LiveService
from deployguard.release.failures import StepFailedError
from deployguard.release.order import USUAL_WATCH
from deployguard.release.watch import watch
from deployguard.release.work import Work


def move_traffic(work: Work) -> None:
    """Move the traffic, by the names of revisions; taken up again, it goes on from where it stands.

    Raises:
        StepFailedError: the new revision fails more than it may.
        DoubtError: too few requests came to tell.
        MovedError: somebody else changed the service meanwhile.
        CloudError: Google Cloud refused, or did not end in time.
    """
    manner = work.order.manner
    steps = manner.canary if work.before.base else ()
    for percent in dict.fromkeys((*steps, 100)):
        is_there = move(work, percent)
        watched = percent < 100 or (manner.watch is not None and not steps and work.before.base)
        if is_there and watched:
            watch(work, percent, USUAL_WATCH if manner.watch is None else manner.watch)


def move(work: Work, percent: int) -> bool:
    """Give the new revision so much of the traffic, and the rest to the one that served before.

    Return False where it has more already, from before this release was killed and taken up again.
    """
    revision, base = work.release.fact("revision"), work.before.base
    live = work.unmoved()
    has = live.percent(revision) if live else 0
    if has > percent:
        return False
    if has < percent or _follows_latest(live):
        work.ready_to_change()
        work.tell(f"traffic: {percent} % to {revision}")
        wanted = {revision: percent, **({base: 100 - percent} if percent < 100 else {})}
        at = live.generation if live else 0
        operation = shift_traffic(work.means.connection, work.region, work.service, wanted, at)
        work.ended(operation, work.means.limits.traffic)
        live = work.live()
        has = live.percent(revision) if live else 0
        if has != percent:
            raise StepFailedError(f"{revision} was to get {percent} % of the traffic and gets {has} %")
    step, generation = f"traffic-{percent}", str(live.generation if live else "")
    if not work.release.did(step) or generation != work.release.fact("generation"):
        work.write(step, percent=str(percent), generation=generation)
    return True


def _follows_latest(live: LiveService | None) -> bool:
    return live is not None and any(share.latest and share.percent for share in live.traffic)
