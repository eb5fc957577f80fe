"""`--fix-iam` where nothing is to be shipped: the invoker binding alone is seen to, under the lock and in the journal."""

from __future__ import annotations

from dataclasses import replace

from deployguard.gcp.functions import Functions
from deployguard.journal.lock import Lock
from deployguard.journal.releases import Outcome, begin
from deployguard.release.earlier import end
from deployguard.release.failures import DoubtError, StepFailedError
from deployguard.release.invoking import see_to_invoker
from deployguard.release.means import Means
from deployguard.release.order import Order
from deployguard.release.result import End, Ended
from deployguard.release.work import Work, release_of


def fix_bindings(means: Means, order: Order, lock: Lock) -> Ended:
    """See to who may call what serves, and say it.

    Raises:
        CloudError: a policy could not be read or written, or the journal could not be.
        LockLostError: another process may be at it.
    """
    plan, service = order.plan, order.service
    made = Functions(means.connection).get(plan.region, service.name) if service.kind == "function" else None
    release = replace(release_of(means, order, lock, "fix-iam", plan.base), revision=plan.base, overrides=())
    begin(means.objects, release)
    work = Work(means, order, lock, release)
    work.write("found", service=made.service if made and made.service else service.name)
    ended = Ended(service.name, plan.region, End.NOTHING, plan.commit, release.id, plan.base, plan.base)
    try:
        invoker = see_to_invoker(work)
    except (StepFailedError, DoubtError) as error:
        end(work, Outcome.FAILED, str(error))
        is_doubt = isinstance(error, DoubtError)
        return replace(ended, end=End.UNKNOWN if is_doubt else End.FAILED, message=str(error))
    work.write("verify", invoker=invoker)
    end(work, Outcome.SUCCEEDED, "")
    return replace(ended, message=f"{plan.base} serves this already; invoker: {invoker}")
