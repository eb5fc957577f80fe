"""A new revision of a second-generation function that gets no requests.

The API of functions replaces the revision directly. So the traffic of the Cloud Run service under it is pinned by name
first, and the new revision is found by its stamp afterwards.
"""

from __future__ import annotations

from deployguard.gcp.building import Source, build_log_tail
from deployguard.gcp.function_shipping import ShipFunction, function_build, ship_function
from deployguard.gcp.functions import Functions
from deployguard.gcp.shipping import pin_traffic, set_traffic
from deployguard.model.errors import CloudError
from deployguard.model.live import LiveService
from deployguard.release.failures import StepFailedError
from deployguard.release.naming import tag_name
from deployguard.release.order import table_of
from deployguard.release.ship import given
from deployguard.release.stamping import stamp_env, stamp_labels, stamp_problem
from deployguard.release.work import Work

_LINES = 30


def ship_new_function(work: Work) -> None:
    """Pin the traffic, ask for the new revision, wait for it and give it its tag; asked again, it goes on.

    Raises:
        StepFailedError: its build failed, or it never became ready.
        MovedError: somebody else changed the service since this release began.
        CloudError: Google Cloud refused, or did not end in time.
    """
    connection = work.means.connection
    if work.before.base and not work.release.did("pin"):
        work.unmoved()
        work.ready_to_change()
        work.ended(pin_traffic(connection, work.region, work.service), work.means.limits.traffic)
        work.write("pin", generation=work.generation())
    work.ready_to_change()
    operation = ship_function(connection, _wanted(work))
    try:
        work.ended(operation, work.means.limits.ship)
    except StepFailedError as error:
        raise StepFailedError(str(error), _log(work, operation)) from error
    made = Functions(connection).get(work.region, work.name)
    service = made.service if made else ""
    live = work.means.services.get(work.region, service) if service else None
    revision = _found(work, live)
    _tagged(work, service, revision)
    live = work.means.services.get(work.region, service)
    work.write("ship", revision=revision, service=service, generation=work.as_shipped(live, revision))


def _wanted(work: Work) -> ShipFunction:
    order, plan, names = work.order, work.order.plan, work.means.names
    sets = given(order, work.before)
    trigger = {key: value for key, value in table_of(order.service, "trigger").items() if key != "http"}
    return ShipFunction(
        function=work.name,
        region=work.region,
        source=_source(work.release.fact("source")),
        runtime=order.service.runtime.name,
        entry_point=order.service.entry_point or "",
        env={**sets.env, **stamp_env(names, plan.commit, plan.fingerprint, work.release.began)},
        secrets=sets.secrets,
        labels={**sets.labels, **stamp_labels(names, plan.commit, plan.fingerprint, work.release.id)},
        settings=sets.settings,
        trigger=trigger if not work.before.exists else {},
    )


def _source(text: str) -> Source:
    path, _, generation = text.rpartition("#")
    bucket, _, name = path.partition("/")
    return Source(bucket, name, int(generation))


def _found(work: Work, live: LiveService | None) -> str:
    """Return the newest revision, once its stamp shows that it is this release's."""
    if live is None:
        raise StepFailedError("the function has no Cloud Run service to send traffic to")
    revision = work.means.services.revision(work.region, live.name, live.latest_created)
    plan = work.order.plan
    problem = stamp_problem(revision.stamp, plan.commit, plan.fingerprint) if revision else "it is gone"
    if problem:
        raise StepFailedError(f"the newest revision {live.latest_created} is not this release's: {problem}")
    return live.latest_created


def _tagged(work: Work, service: str, revision: str) -> None:
    tag = tag_name(service, work.release.id)
    live = work.means.services.get(work.region, service)
    if not tag or live is None or any(share.tag == tag for share in live.traffic):
        return
    shares = {each.name: live.percent(each.name) for each in live.serving}
    work.ready_to_change()
    operation = set_traffic(work.means.connection, work.region, service, shares, {tag: revision})
    work.ended(operation, work.means.limits.traffic)


def _log(work: Work, operation: str) -> tuple[str, ...]:
    try:
        id = function_build(work.means.connection, work.region, work.name, operation)
        lines = build_log_tail(work.means.connection, id, _LINES) if id else ()
    except CloudError as error:
        return (f"  the log of its build cannot be read: {error}",)
    return tuple(f"  {line}" for line in lines)
