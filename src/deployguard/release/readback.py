"""What serves now, read back and held against what served before."""

from __future__ import annotations

from deployguard.gcp.invokers import invoker_members
from deployguard.gcp.shipping import remove_tag
from deployguard.model.baseline import Baseline
from deployguard.model.digests import key_mark
from deployguard.model.live import LiveService
from deployguard.release.failures import MovedError, StepFailedError
from deployguard.release.naming import tag_name
from deployguard.release.ship import Given, given
from deployguard.release.stamping import stamp_env, stamp_labels, stamp_problem
from deployguard.release.standing import Standing, differences, expected, standing_of
from deployguard.release.work import Work


def read_back(work: Work) -> None:
    """Take the candidate's tag away, and compare the service with how it stood.

    Raises:
        StepFailedError: something else serves than was shipped, or something changed that was not announced.
        MovedError: somebody else changed the service meanwhile.
        CloudError: Google Cloud refused.
    """
    live, revision = work.unmoved(), work.release.fact("revision")
    tag = tag_name(work.service, work.release.id)
    if live is not None and any(share.tag == tag for share in live.traffic):
        work.ready_to_change()
        operation = remove_tag(work.means.connection, work.region, work.service, tag)
        work.ended(operation, work.means.limits.traffic)
        live = work.live()
    if live is None or live.percent(revision) != 100:
        raise StepFailedError(f"{revision} was to serve, and {_serving(live)} does")
    serving = next(each for each in live.serving if each.name == revision)
    plan = work.order.plan
    problem = stamp_problem(serving.stamp, plan.commit, plan.fingerprint)
    if problem:
        raise StepFailedError(f"{revision} serves, and is not what was shipped: {problem}")
    found = standing_of(live, invoker_members(work.means.connection, work.region, work.service))
    if work.before.base:
        _compare(work, found)
    work.write("read-back", generation=str(live.generation))


def baseline_of(work: Work) -> Baseline:
    """Return the state that this release left.

    Raises:
        MovedError: somebody else moved the traffic since it was read back.
        CloudError: Google Cloud refused.
    """
    live, revision = work.live(), work.release.fact("revision")
    serving = next((each for each in live.serving if each.name == revision), None) if live else None
    if serving is None or live is None or live.percent(revision) != 100:
        raise MovedError(
            f"{revision} served all requests, and somebody else changed that since: {_serving(live)} does"
        )
    plan = work.order.plan
    return Baseline(
        release=work.release.id,
        revision=serving.name,
        image=serving.settings.image,
        env=serving.settings.env,
        secrets=serving.settings.secrets,
        labels=tuple(
            sorted(stamp_labels(work.means.names, plan.commit, plan.fingerprint, work.release.id).items())
        ),
        at=work.release.began,
        values=serving.settings.values,
        key=key_mark(live.uid),
    )


def _compare(work: Work, found: Standing) -> None:
    sets = given(work.order, work.before)
    wanted, announced = expected(work.before, _env(work, sets), sets.secrets, tuple(sets.settings))
    found_out = tuple(differences(work.service, work.region, wanted, found, announced))
    added = {one for one in found_out if one.what == "invokers" and not one.before}
    told = [one for one in found_out if not (one in added and work.order.manner.fix_iam)]
    if told:
        lines = [
            f"  {one.what}: {one.before or 'nothing'} became {one.after or 'nothing'}; to undo: {one.undo}"
            for one in told
        ]
        raise StepFailedError("\n".join(["something changed that the plan did not name:", *lines]))


def _env(work: Work, sets: Given) -> set[str]:
    plan = work.order.plan
    stamp = stamp_env(work.means.names, plan.commit, plan.fingerprint, work.release.began)
    return {*sets.env, *stamp, *(name for name in sets.secrets if not name.startswith("/"))}


def _serving(live: LiveService | None) -> str:
    shares = [f"{each.name} ({live.percent(each.name)} %)" for each in live.serving] if live else []
    return ", ".join(shares) or "nothing"
