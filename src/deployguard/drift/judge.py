"""From what runs and what is written to one verdict for each service."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from deployguard.drift.content import Contents, Narrowing
from deployguard.drift.enforced import grounds_of_enforced
from deployguard.drift.ground import Ground, rank
from deployguard.drift.modified import grounds_of_change
from deployguard.drift.renamed import former_names
from deployguard.drift.shipped import Shipping
from deployguard.drift.stamped import written_in
from deployguard.drift.standing import Standing, standings, strangers
from deployguard.drift.traffic import grounds_of_platform, platform_details
from deployguard.model.baseline import Baseline
from deployguard.model.digests import key_mark
from deployguard.model.drift import FRESH, Judged, Serving, Verdict
from deployguard.model.errors import CloudError
from deployguard.model.live import Live, LiveService
from deployguard.model.service import Service

Baselines = Callable[[Service], Baseline | None]
"""How a release left a service; None where no release is known. May raise CloudError."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to judge. `whole`: all services of the project, so that what is not configured can be told."""

    services: tuple[Service, ...]
    whole: bool
    taken: datetime
    baseline: Baselines = lambda _: None
    narrowing: Narrowing | None = None


def judge(live: Live, shipping: Shipping, asked: Asked) -> tuple[Judged, ...]:
    """Judge each service, the worst first."""
    found = standings(shipping.project, asked.services, live)
    contents = Contents(shipping, asked.taken, asked.narrowing)
    contents.ask({each.service.name: each.serving[0] for each in found if each.serving})
    judged = [_judged(each, contents, asked.baseline) for each in found]
    if asked.whole:
        others = strangers(live, standings(shipping.project, shipping.project.services, live))
        missing = [each for each in found if each.live is None and each.function is None]
        names = former_names(shipping, missing, others)
        judged = [_renamed(each, names.get(each.name, "")) for each in judged]
        judged += list(_unmanaged(others))
    return tuple(sorted(judged, key=lambda one: (rank(one.verdict), one.name, one.region)))


def _judged(standing: Standing, contents: Contents, baseline: Baselines) -> Judged:
    left, unread = _left(standing, baseline)
    found = [*_of_platform(standing, left), *unread, *_of_serving(standing, contents, left)]
    grounds = _weighed(standing, found)
    grounds.sort(key=lambda ground: rank(ground.verdict))
    worst, *others = grounds
    content = next((ground for ground in grounds if ground.behind or ground.commits), worst)
    return Judged(
        standing.service.name,
        standing.service.kind,
        standing.region,
        worst.verdict,
        worst.reason,
        (*worst.details, *_also(others), *platform_details(standing)),
        worst.fix,
        _serving(standing, contents),
        content.behind,
        content.commits,
    )


def _left(standing: Standing, baseline: Baselines) -> tuple[Baseline | None, tuple[Ground, ...]]:
    """Return how the last release left a service that serves; where that cannot be read, a ground that says so."""
    if not standing.serving:
        return None, ()
    try:
        return baseline(standing.service), ()
    except CloudError as error:
        if error.kind == "missing" and not any(each.stamp.release for each in standing.serving):
            return (
                None,
                (),
            )  # no release made it, so that a bucket which is not there has nothing to tell of it
        return None, (Ground(Verdict.UNKNOWN, f"what the last release left cannot be read: {error}"),)


def _of_platform(standing: Standing, left: Baseline | None) -> Iterator[Ground]:
    """Yield what the platform says; a revision that waits since a rollback is called that."""
    serving = {each.name for each in standing.serving}
    waits = standing.live.latest_ready if standing.live else ""
    is_left = left is not None and left.left == waits and serving == {left.revision}
    for ground in grounds_of_platform(standing):
        if left is not None and is_left and ground.verdict is Verdict.NOT_SERVING:
            reason = f"{waits} was {left.why}; {left.revision} serves"
            yield ground._replace(reason=reason, fix=f"deployguard plan {standing.service.name}")
        else:
            yield ground


def _weighed(standing: Standing, grounds: list[Ground]) -> list[Ground]:
    """A release of ours that was undone leaves its revision without requests: that is no reason for a verdict as long
    as what serves is what is written.
    """
    left = standing.live is not None and standing.live.left_by
    if not left or not any(ground.verdict in FRESH for ground in grounds):
        return grounds
    return [ground for ground in grounds if ground.verdict not in {Verdict.NOT_SERVING, Verdict.FAILED}]


def _also(grounds: Sequence[Ground]) -> Iterator[str]:
    for ground in grounds:
        yield f"{ground.verdict}: {ground.reason}"
        yield from ground.details


def _of_serving(standing: Standing, contents: Contents, left: Baseline | None) -> Iterator[Ground]:
    """Judge the revision that gets most requests."""
    live = standing.live
    if live is None or not standing.serving:
        return
    revision, name = standing.serving[0], standing.service.name
    yield from grounds_of_change(name, revision, left, key_mark(live.uid))
    yield from grounds_of_enforced(standing.service, revision, live.uid)
    if written_in(revision.stamp).dirty:
        reason = "it was shipped with files that were not committed"
        yield Ground(Verdict.DIRTY, reason, fix=f"deployguard deploy {name}")
    yield from contents.grounds(name, revision)


def _serving(standing: Standing, contents: Contents) -> Serving | None:
    if not standing.serving or standing.live is None:
        return None
    revision = standing.serving[0]
    stamp, base = revision.stamp, contents.base(standing.service.name)
    full = base.commit if isinstance(base.commit, str) and base.assumed is None else written_in(stamp).commit
    return Serving(
        revision.name, full, stamp.fingerprint, revision.created, standing.live.percent(revision.name)
    )


def _renamed(judged: Judged, former: str) -> Judged:
    if not former:
        return judged
    told = (
        f"{former}, which runs and is not configured any more, was shipped from the same place: if it was renamed, "
        f"deploy {judged.name}, and delete {former} once nothing calls it",
    )
    return replace(judged, details=(*judged.details, *told))


def _unmanaged(others: Sequence[tuple[str, str, LiveService]]) -> Iterator[Judged]:
    for kind, name, service in others:
        reason = "deployed, and not configured"
        fix = f"add [services.{name}] to the configuration, or delete it"
        yield Judged(name, kind, service.region, Verdict.UNMANAGED, reason, (), fix)
