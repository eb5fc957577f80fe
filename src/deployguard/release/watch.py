"""Whether a revision fails more than it may, by its own requests."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from deployguard.gcp.logs import Counts, request_counts
from deployguard.model.amounts import counted
from deployguard.release.failures import DoubtError, StepFailedError
from deployguard.release.order import Manner
from deployguard.release.work import Work

_HOLDS = 5  # windows that are waited for requests to come, the first included
_LOOKS = 10  # looks at the log in a window: a bad revision need not be watched to its end
_FEWEST_ERRORS = 2
_WORSE = 1.5  # a revision that fails so much more often than the one before is bad


class Sight(StrEnum):
    GOOD = "good"
    BAD = "bad"
    FEW = "few"


def judged(new: Counts, old: Counts | None, manner: Manner) -> Sight:
    """Judge a revision by its requests and, where it has enough too, by those of the one that served before.

    An error is an answer with a status from 500 on. What fails already before is no fault of the new revision.
    """
    if new.requests < manner.fewest_requests:
        return Sight.FEW
    before = rate(old) if old is not None and old.requests >= manner.fewest_requests else 0.0
    most = max(manner.most_errors, before * _WORSE)
    return Sight.BAD if new.errors >= _FEWEST_ERRORS and rate(new) > most else Sight.GOOD


def rate(counts: Counts) -> float:
    return counts.errors / counts.requests if counts.requests else 0.0


def watch(work: Work, percent: int, seconds: float) -> None:
    """Watch the new revision for a time, and hold there as long again while too few requests come.

    Raises:
        StepFailedError: it fails more than it may.
        DoubtError: too few requests came, also after holding.
        CloudError: the log cannot be read.
    """
    manner, since = work.order.manner, datetime.now(UTC)
    new, old = Counts(0, 0), None
    for look in range(1, _HOLDS * _LOOKS + 1):
        work.means.pause(seconds / _LOOKS)
        new, old = _counts(work, since)
        sight = judged(new, old, manner)
        if sight is Sight.BAD:
            raise StepFailedError(f"with {percent} % of the traffic, {_told(new, old)}")
        if sight is Sight.GOOD and look >= _LOOKS:
            work.tell(f"traffic: {percent} % watched for {seconds:g} s: {_told(new, old)}")
            work.write(f"watched-{percent}", requests=str(new.requests), errors=str(new.errors))
            return
        if look % _LOOKS == 0:
            work.tell(f"traffic: holding at {percent} %: {new.requests} of {manner.fewest_requests} requests")
    raise DoubtError(
        f"with {percent} % of the traffic, {counted(new.requests, 'request')} came in {seconds * _HOLDS:g} s, and "
        f"{manner.fewest_requests} are needed to tell; deploy without --canary, or when there is traffic"
    )


def _counts(work: Work, since: datetime) -> tuple[Counts, Counts | None]:
    connection, until = work.means.connection, datetime.now(UTC)
    new = request_counts(connection, work.service, work.release.fact("revision"), since, until)
    base = work.before.base
    return new, request_counts(connection, work.service, base, since, until) if base else None


def _told(new: Counts, old: Counts | None) -> str:
    before = f"; the one before: {_share(old)}" if old is not None and old.requests else ""
    return f"the new revision failed {_share(new)}{before}"


def _share(counts: Counts) -> str:
    return f"{counts.errors} of {counts.requests} requests ({rate(counts):.1%})"
