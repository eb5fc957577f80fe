"""The revision that a rollback goes to, found in the journal and looked at before anything is moved."""

from __future__ import annotations

from collections.abc import Sequence

from deployguard.journal.releases import Release, history
from deployguard.model.errors import CloudError, UsageError
from deployguard.model.live import LiveRevision, LiveService
from deployguard.release.former import Former, former_of
from deployguard.release.means import Means

_REMEMBERED = 200  # releases that are read to find what served before


def target_of(means: Means, region: str, live: LiveService, service: str, asked: str) -> LiveRevision:
    """Return the revision to go back to: the one asked for, else the newest that served before this one, is still there
    and ready, and that nobody has gone back from.

    Raises:
        UsageError: the journal knows of none, there is no such revision, or it is not ready.
        CloudError: the journal or the revision cannot be read.
    """
    former = _former(means, region, service, asked)
    serving = sorted(each.name for each in live.serving if live.percent(each.name))
    if asked:
        return _asked_for(means, (region, service), live, former, asked)
    for name in former.below(serving):
        found = means.services.revision(region, live.name, name, live.uid)
        if found is not None and found.ready:
            means.tell(service, f"{name} is the newest that served before {' and '.join(serving) or 'now'}")
            return found
        means.tell(service, f"{name} served before, and {_unfit(found)}")
    raise UsageError(_nothing_left(former, live, region, service, serving))


def _former(means: Means, region: str, service: str, asked: str) -> Former:
    """Return what the journal knows; a damaged one is in nobody's way who names where to go."""
    try:
        return former_of(history(means.objects, region, service, limit=_REMEMBERED))
    except CloudError as error:
        if not asked or error.kind != "refused":
            raise
        means.tell(service, f"NOTE: whether {asked} served before is not known: {error}")
        return former_of(())


def _asked_for(
    means: Means, place: tuple[str, str], live: LiveService, former: Former, asked: str
) -> LiveRevision:
    region, service = place
    found = means.services.revision(region, live.name, asked, live.uid)
    if found is None:
        raise UsageError(f"{service}: there is no revision {asked} in {region}")
    if not found.ready:
        raise UsageError(f"{service}: {asked} {_unfit(found)}")
    left = former.rollback_from(asked)
    if left is not None:
        means.tell(service, f"NOTE: {_left(asked, left)}")
    elif asked not in former.served:
        means.tell(service, f"the journal does not know that {asked} has served before")
    return found


def rolled_back(rollback: Release) -> str:
    """Return in words who went back, when and why."""
    why = next((f": {reason}" for name, reason in rollback.overrides if name == "rollback"), "")
    return f"rolled back from on {rollback.began:%Y-%m-%d %H:%M} UTC by {rollback.who}{why}"


def _nothing_left(
    former: Former, live: LiveService, region: str, service: str, serving: Sequence[str]
) -> str:
    now = ", ".join(serving) or "now"
    lines = [f"{service}: the journal knows of no revision to go back to that served before {now}"]
    lines += [f"  {_left(revision, one)}" for revision, one in former.left if revision not in serving]
    lines += [
        f"name one to go there all the same: `deployguard rollback {service} REVISION`; they are listed by "
        f"`gcloud run revisions list --service={live.name} --region={region}`"
    ]
    return "\n".join(lines)


def _left(revision: str, rollback: Release) -> str:
    return f"{revision} was {rolled_back(rollback)}"


def _unfit(found: LiveRevision | None) -> str:
    return (
        "is gone" if found is None else f"is not ready and cannot serve: {found.reason or 'no reason given'}"
    )
