"""One service shipped: a straight list of steps, and one place that decides what a failure leads to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from deployguard.gcp.functions import Functions
from deployguard.gcp.invokers import invoker_members
from deployguard.journal.baseline import write_baseline
from deployguard.journal.lock import Lock, LockHeldError, LockLostError, Patience, sweep, take_lock
from deployguard.journal.releases import Outcome, begin, history, new_release_id, unfinished
from deployguard.model.errors import CloudError, DeployguardError
from deployguard.model.live import LiveService
from deployguard.model.release import ServicePlan
from deployguard.release.bindings import fix_bindings
from deployguard.release.build import build_service
from deployguard.release.earlier import end, take_up
from deployguard.release.failures import (
    DoubtError,
    InterruptedReleaseError,
    MovedError,
    StepFailedError,
    UnfinishedError,
)
from deployguard.release.means import Means
from deployguard.release.order import Order
from deployguard.release.readback import baseline_of, read_back
from deployguard.release.result import End, Ended
from deployguard.release.ship import ship
from deployguard.release.ship_function import ship_new_function
from deployguard.release.standing import standing_of
from deployguard.release.traffic import move_traffic
from deployguard.release.trial import try_service
from deployguard.release.undo import by_hand, undo
from deployguard.release.verify import verify
from deployguard.release.work import Work, release_of


def _ship(work: Work) -> None:
    (ship_new_function if work.order.service.kind == "function" else ship)(work)


STEPS: tuple[tuple[str, Callable[[Work], None]], ...] = (
    ("build", build_service),
    ("smoke", try_service),
    ("ship", _ship),
    ("verify", verify),
    ("traffic", move_traffic),
    ("read-back", read_back),
)
_ONCE = frozenset({"build", "smoke"})  # what they found stays true; everything later is looked at again


def deploy(means: Means, order: Order) -> Ended:
    """Ship one service whose plan is judged; whatever happens, production is not worse afterwards than before."""
    plan, service = order.plan, order.service.name
    ended = Ended(service, plan.region, End.REFUSED, plan.commit)
    try:
        if plan.blocked:
            return _but(ended, end=_refusal(plan), message="\n".join(_reasons(plan)))
        settled = plan.action == "none" and _is_settled(means, order)
        if settled and not order.manner.fix_iam:
            sweep(means.objects, (plan.region, service))
            return _but(ended, end=End.NOTHING, base=plan.base, message=f"{plan.base} serves this already")
        place, patience = (plan.region, service), Patience(order.manner.wait, means.limits.lease, means.pause)
        lock = take_lock(means.objects, place, new_release_id(), patience)
    except LockHeldError as error:
        return _but(ended, message=str(error))
    except InterruptedReleaseError:
        return _but(ended, end=End.INTERRUPTED, message="nothing was begun")
    except CloudError as error:
        return _but(ended, end=End.UNKNOWN, message=f"{error}; nothing was begun")
    try:
        return _bound(means, order, lock) if settled else _locked(means, order, lock)
    finally:
        lock.let_go()


def _bound(means: Means, order: Order, lock: Lock) -> Ended:
    plan = order.plan
    ended = Ended(order.service.name, plan.region, End.FAILED, plan.commit, base=plan.base)
    try:
        return fix_bindings(means, order, lock)
    except InterruptedReleaseError:
        return _but(ended, end=End.INTERRUPTED, message="nothing was shipped")
    except DeployguardError as error:
        return _but(ended, message=f"{error}; nothing was shipped")


def _refusal(plan: ServicePlan) -> End:
    """A doubt that nobody let pass is no refusal: it is not known whether there is a reason for one."""
    return End.UNKNOWN if any(one.unknown and not one.allowed for one in plan.blockers) else End.REFUSED


def _reasons(plan: ServicePlan) -> list[str]:
    return [f"{one.name}: {one.message}" for one in plan.blockers if not one.allowed]


def _is_settled(means: Means, order: Order) -> bool:
    """Tell whether what serves got there by a release that ended well, as far as the journal knows.

    The first revision of a service serves before it is verified: one that failed there must not pass as current.
    """
    plan = order.plan
    for last in history(means.objects, plan.region, order.service.name, limit=1):
        if last.outcome is Outcome.OPEN:
            return False
        return last.outcome is Outcome.SUCCEEDED or last.revision != plan.base
    return True


def _locked(means: Means, order: Order, lock: Lock) -> Ended:
    plan = order.plan
    ended = Ended(order.service.name, plan.region, End.FAILED, plan.commit)
    try:
        earlier = unfinished(means.objects, plan.region, order.service.name)
        work = take_up(means, order, lock, earlier) if earlier else None
        if work is None:
            work = _begun(means, order, lock, is_planned=earlier is None)
    except InterruptedReleaseError:
        return _but(ended, end=End.INTERRUPTED, message="nothing was begun")
    except MovedError as error:
        return _but(ended, end=End.REFUSED, message=str(error))
    except DeployguardError as error:
        return _but(ended, message=f"{error}; nothing was begun")
    return _through(work)


def _begun(means: Means, order: Order, lock: Lock, *, is_planned: bool) -> Work:
    """Look how the service stands, and open the journal."""
    plan, service = order.plan, order.service
    made = Functions(means.connection).get(plan.region, service.name) if service.kind == "function" else None
    name = made.service if made and made.service else service.name
    live = means.services.get(plan.region, name)
    if is_planned:
        _as_planned(order, live)
    members = invoker_members(means.connection, plan.region, name) if live else None
    before = standing_of(live, members)
    release = release_of(means, order, lock, "deploy", before.base)
    work = Work(means, order, lock, release)
    work.ready_to_change()
    begin(means.objects, release)
    work.write("before", before=before.as_text(), service=name, generation=str(before.generation or ""))
    return work


def _as_planned(order: Order, live: LiveService | None) -> None:
    plan = order.plan
    generation = live.generation if live else 0
    if generation != plan.base_generation:
        by = f" by {live.modifier}" if live is not None and live.modifier else ""
        raise MovedError(
            f"the service was changed{by} since the plan (generation {plan.base_generation} became {generation}); "
            f"look again with `deployguard plan {plan.name}`"
        )


def _through(work: Work) -> Ended:
    """Go through the steps; every way out closes the journal, but those after which somebody has to go on."""
    try:
        for name, step in STEPS:
            if name not in _ONCE or not work.release.did(name):
                work.ready_to_change()
                left_out = name == "smoke" and not work.order.manner.smoke
                work.tell("smoke: left out, as --no-smoke asks" if left_out else f"{name} ...")
                step(work)
        return _recorded(work)
    except InterruptedReleaseError:
        return _undone(work, End.INTERRUPTED, Outcome.INTERRUPTED, "interrupted")
    except UnfinishedError as error:
        return _ended(work, End.UNFINISHED, str(error))
    except LockLostError as error:
        return _ended(work, End.FAILED, f"{error}; what serves: `deployguard drift {work.name}`")
    except DoubtError as error:
        return _undone(work, End.UNKNOWN, Outcome.UNDONE, f"cannot tell: {error}")
    except StepFailedError as error:
        return _undone(work, End.UNDONE, Outcome.UNDONE, str(error), error.reason)
    except DeployguardError as error:
        return _undone(work, End.UNDONE, Outcome.UNDONE, str(error))
    except BaseException as error:  # a bug of ours must not leave production half changed
        _undone(work, End.UNDONE, Outcome.UNDONE, f"a bug: {type(error).__name__}")
        raise


def _recorded(work: Work) -> Ended:
    """Write the end: from here on, the release is done, and a failure to write it is only told."""
    revision = work.release.fact("revision")
    with suppress(CloudError):
        write_baseline(work.means.objects, work.region, work.name, baseline_of(work))
    end(work, Outcome.SUCCEEDED, "")
    identity = work.release.fact("identity")
    return _ended(work, End.SUCCEEDED, f"{revision} serves 100 %; identity: {identity}")


def _undone(work: Work, how: End, outcome: Outcome, why: str, kept: str = "") -> Ended:
    """Put production back; what fails before anything was shipped has nothing to put back.

    `kept` is what the journal keeps of `why`, "" for all of it.
    """
    shipped = any(record.step in {"pin", "smoke", "ship"} for record in work.release.steps)
    if not shipped and how is End.UNDONE:
        how, outcome = End.FAILED, Outcome.FAILED
    try:
        if shipped:
            work.tell("PUTTING BACK what served before")
        said = undo(work) if shipped else "nothing that serves was touched"
    except DeployguardError as error:
        message = f"{why}\nAND IT COULD NOT BE PUT BACK: {error}\nby hand: {by_hand(work)}"
        return _ended(work, End.FAILED if how is End.UNDONE else how, message)
    try:
        end(work, outcome, kept or why)
    except CloudError as error:
        said = f"{said}; the journal could not be closed: {error}"
    return _ended(work, how, f"{why}\n{said}")


def _ended(work: Work, how: End, message: str) -> Ended:
    return Ended(
        work.name,
        work.region,
        how,
        work.order.plan.commit,
        work.release.id,
        work.release.fact("revision"),
        work.before.base,
        message,
    )


def _but(ended: Ended, *, end: End | None = None, message: str = "", base: str = "") -> Ended:
    from dataclasses import replace

    return replace(ended, end=end or ended.end, message=message, base=base)
