"""Whether the candidate is fit to serve: ready, what was shipped, who it is, and who may call it."""

from __future__ import annotations

from datetime import UTC, datetime

from deployguard.gcp.logs import log_tail
from deployguard.model.errors import CloudError
from deployguard.release.failures import StepFailedError
from deployguard.release.identity import identity_of
from deployguard.release.invoking import see_to_invoker
from deployguard.release.stamping import stamp_problem
from deployguard.release.work import Work

_LINES = 40


def verify(work: Work) -> None:
    """Judge the candidate, before it gets any traffic.

    Raises:
        StepFailedError: it is not fit to serve.
        DoubtError: it cannot be told.
        MovedError: somebody else changed the service meanwhile.
        CloudError: Google Cloud refused.
    """
    revision, plan = work.candidate(), work.order.plan
    if revision is None:
        raise StepFailedError(f"the revision {work.release.fact('revision')} is not there any more")
    if not revision.ready:
        why = revision.reason or "it is not ready"
        raise StepFailedError(f"{revision.name} is not ready: {why}", last_words(work, revision.name))
    problem = stamp_problem(revision.stamp, plan.commit, plan.fingerprint)
    if problem:
        raise StepFailedError(f"{revision.name} is not what was shipped: {problem}")
    identity = identity_of(work)
    work.tell(f"identity: {identity}")
    invoker = see_to_invoker(work)
    work.unmoved()
    work.write("verify", revision=revision.name, identity=identity, invoker=invoker)


def last_words(work: Work, revision: str) -> tuple[str, ...]:
    """Return the end of what a revision wrote, such as its traceback."""
    try:
        since = min(work.release.began, datetime.now(UTC))
        lines = log_tail(work.means.connection, work.service, revision, _LINES, since)
    except CloudError as error:
        return (f"  its log cannot be read: {error}",)
    return tuple(f"  {line}" for line in lines)
