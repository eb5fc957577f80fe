"""One release under way: what it holds, and what it knows."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from deployguard.gcp import operations
from deployguard.journal.lock import Lock
from deployguard.journal.overrides import person
from deployguard.journal.releases import Release, write_step
from deployguard.model.errors import CloudError
from deployguard.model.live import LiveRevision, LiveService
from deployguard.release.failures import MovedError, StepFailedError
from deployguard.release.means import Means
from deployguard.release.order import Order
from deployguard.release.standing import Standing, read_standing

_PASSING = frozenset({"quota", "unavailable"})
_SLICE = 2.0  # an interruption is noticed within so many seconds


def release_of(means: Means, order: Order, lock: Lock, action: str, base: str) -> Release:
    """Return the release that a lock is held for, as it begins now; `base` is the revision that serves."""
    plan, service = order.plan, order.service
    return Release(
        id=lock.release,
        service=service.name,
        kind=service.kind,
        region=plan.region,
        project=means.connection.project,
        action=action,
        commit=plan.commit,
        fingerprint=plan.fingerprint,
        who=person(),
        began=datetime.now(UTC),
        base=base,
        overrides=order.manner.overrides,
    )


@dataclass
class Work:
    """`release` grows with each step; whatever a later run must know of it is a fact in there.

    `is_undoing`: what is done now puts things back, and nothing interrupts it.
    """

    means: Means
    order: Order
    lock: Lock
    release: Release
    is_undoing: bool = False

    @property
    def name(self) -> str:
        return self.order.service.name

    @property
    def service(self) -> str:
        """The Cloud Run service: that under a function has a name of its own."""
        return self.release.fact("service") or self.name

    @property
    def region(self) -> str:
        return self.order.plan.region

    @cached_property
    def before(self) -> Standing:
        """How the service stood before anything was changed, by this run or the one that was killed."""
        return read_standing(self.release.fact("before"))

    def tell(self, line: str) -> None:
        self.means.tell(self.name, line)

    def ready_to_change(self) -> None:
        """See to it that this process may still change something.

        Raises:
            InterruptedReleaseError: it is to end.
            LockLostError: another process may be at it.
        """
        self.checkpoint()
        self.lock.check()

    def checkpoint(self) -> None:
        if not self.is_undoing:
            self.means.checkpoint()

    def write(self, step: str, **facts: str) -> None:
        """Write what a step found or made into the journal."""
        self.release = write_step(self.means.objects, self.release, step, facts)

    def live(self) -> LiveService | None:
        return self.means.services.get(self.region, self.service)

    def candidate(self) -> LiveRevision | None:
        """Return the revision that this release makes; None where there is none yet."""
        revision = self.release.fact("revision")
        return self.means.services.revision(self.region, self.service, revision) if revision else None

    def ended(self, operation: str, limit: float) -> None:
        """Wait for an operation, "" being none.

        Raises:
            StepFailedError: it failed; the message is Google's own.
            CloudError: kind `timeout` when it has not ended after `limit` seconds.
            InterruptedReleaseError: the release is to end.
        """
        ends = time.monotonic() + limit
        asked = time.monotonic()
        while operation and time.monotonic() < ends:
            self.checkpoint()
            try:
                found = operations.wait(
                    self.means.connection, operation, min(_SLICE, ends - time.monotonic())
                )
            except CloudError as error:
                away = error.kind in _PASSING and time.monotonic() - asked < self.means.connection.patience
                if error.kind != "timeout" and not away:
                    raise
                asked = asked if away else time.monotonic()
                continue
            if found.failure:
                raise StepFailedError(found.failure)
            return
        if operation:
            raise CloudError("timeout", f"{operation.removeprefix('//')}: has not ended after {limit:.0f} s")

    def unmoved(self) -> LiveService | None:
        """Return the service as it is now.

        Raises:
            MovedError: it is not as this release last left it.
        """
        live = self.live()
        known = self.release.fact("generation")
        if live is None and known:
            raise MovedError(
                f"the service was removed meanwhile; see `deployguard plan {self.name}`, and deploy again"
            )
        if live is not None and known and str(live.generation) != known:
            by = f" by {live.modifier}" if live.modifier else ""
            raise MovedError(
                f"the service was changed meanwhile{by} (generation {known} became {live.generation}); "
                f"see `deployguard plan {self.name}`, and deploy again"
            )
        return live

    def as_shipped(self, live: LiveService | None, revision: str) -> str:
        """Return the generation of a service that just got a new revision, which is to serve nobody yet.

        Raises:
            MovedError: somebody else changed the service meanwhile.
        """
        shares = {each.name: live.percent(each.name) for each in live.serving} if live else {}
        before = dict(self.before.shares)
        is_kept = shares == before if before else shares in ({}, {revision: 100})
        is_kept |= self.release.did("ship")  # killed later than this, it may have moved requests itself
        if live is not None and live.latest_created == revision and is_kept:
            return str(live.generation)
        serving = ", ".join(f"{name} ({percent} %)" for name, percent in shares.items()) or "nothing"
        newest = f", and the newest revision is {live.latest_created}" if live else ""
        raise MovedError(
            f"somebody else changed the service while {revision} was made: {serving} serves{newest}; see "
            f"`deployguard plan {self.name}`, and deploy again"
        )

    def generation(self) -> str:
        """Return the generation of the service after a change of ours."""
        live = self.live()
        return str(live.generation) if live is not None else ""
