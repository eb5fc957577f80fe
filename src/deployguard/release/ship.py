"""A new revision that gets no requests, of a run service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deployguard.gcp.shipping import ShipRun, ship_run
from deployguard.model.service import Service
from deployguard.release.failures import StepFailedError
from deployguard.release.naming import revision_name, tag_name
from deployguard.release.order import Order, table_of
from deployguard.release.stamping import stamp_env, stamp_labels
from deployguard.release.standing import Standing
from deployguard.release.work import Work


@dataclass(frozen=True, slots=True)
class Given:
    """What a release sets: values of variables, secret references, labels, and settings of the configuration."""

    env: Mapping[str, str]
    secrets: Mapping[str, str]
    labels: Mapping[str, str]
    settings: Mapping[str, object]


_OF_THEIR_OWN = ("env", "secrets", "labels")


def given(order: Order, before: Standing) -> Given:
    """Return what the configuration sets: all of it at creation, later what is enforced, and variables that lack.

    A variable or secret that the service has already is the service's own business, unless it is enforced.
    """
    wanted, enforced = order.settings(), set(order.enforced())
    has = {*before.env, *dict(before.secrets)}
    applied = {
        key: value
        for key, value in wanted.items()
        if key not in _OF_THEIR_OWN and (not before.exists or key in enforced)
    }
    return Given(
        env=_merged(order.service, "env", has, always=not before.exists or "env" in enforced),
        secrets=_merged(order.service, "secrets", has, always=not before.exists or "secrets" in enforced),
        labels=_merged(order.service, "labels", set(), always=not before.exists or "labels" in enforced),
        settings=applied,
    )


def ship(work: Work) -> None:
    """Ask for the revision, and wait until it is ready; asked again, it finds the one that is there.

    Raises:
        StepFailedError: it never became ready.
        MovedError: somebody else changed the service since this release began.
        CloudError: Google Cloud refused, or did not end in time.
    """
    plan, release = work.order.plan, work.release.id
    revision = revision_name(work.name, release)
    is_there = work.means.services.revision(work.region, work.name, revision) is not None
    live = None if is_there else work.unmoved()
    work.ready_to_change()
    sets = given(work.order, work.before)
    names = work.means.names
    operation = ship_run(
        work.means.connection,
        ShipRun(
            service=work.name,
            region=work.region,
            image=work.release.fact("image"),
            revision=revision,
            tag=tag_name(work.name, release),
            serving=work.before.base,
            generation=live.generation if live else 0,
            env={**sets.env, **stamp_env(names, plan.commit, plan.fingerprint, work.release.began)},
            secrets=sets.secrets,
            labels={**sets.labels, **stamp_labels(names, plan.commit, plan.fingerprint, release)},
            settings=sets.settings,
        ),
    )
    try:
        work.ended(operation, work.means.limits.ship)
    except StepFailedError as error:
        raise StepFailedError(f"the revision {revision} never became ready: {error}") from error
    work.write("ship", revision=revision, generation=work.as_shipped(work.live(), revision))


def _merged(service: Service, key: str, has: set[str], *, always: bool) -> dict[str, str]:
    table = table_of(service, "settings").get(key)
    items = table.items() if isinstance(table, Mapping) else ()
    return {str(name): str(value) for name, value in items if always or name not in has}
