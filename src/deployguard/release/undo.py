"""Putting production back: requests to the revisions that served before, by their names, and no trace of the candidate."""

from __future__ import annotations

import time

from deployguard.gcp.shipping import remove_tag, set_traffic
from deployguard.model.errors import CloudError
from deployguard.model.live import LiveService
from deployguard.release.failures import StepFailedError
from deployguard.release.naming import revision_name, tag_name
from deployguard.release.work import Work

_TRIES = 4
_PAUSE = 2.0


def undo(work: Work) -> str:
    """Put the traffic back where the candidate took it, remove its tag, and say in words what serves now.

    Traffic that somebody else has moved is left where it is: only the candidate's is taken back.

    Raises:
        CloudError, StepFailedError: also after several tries it could not be done.
        LockLostError: another process may be at it.
    """
    work.is_undoing = True
    for attempt in range(1, _TRIES + 1):
        try:
            return _undone(work)
        except (CloudError, StepFailedError) as error:
            if attempt == _TRIES or (isinstance(error, CloudError) and error.kind == "permission"):
                raise
            work.tell(f"undo: {error}; again in {_PAUSE * attempt:g} s")
            time.sleep(_PAUSE * attempt)
    raise AssertionError("the tries are never counted out")


def by_hand(work: Work) -> str:
    """Return the command that puts the traffic back."""
    shares = ",".join(f"{revision}={percent}" for revision, percent in work.before.shares)
    if not shares:
        return f"gcloud run services describe {work.service} --region={work.region}"
    return f"gcloud run services update-traffic {work.service} --region={work.region} --to-revisions={shares}"


def _undone(work: Work) -> str:
    live = work.live()
    if live is None:
        return _told(work, None, "")
    revision = _candidate(work, live)
    connection, limit = work.means.connection, work.means.limits.traffic
    shares = dict(work.before.shares)
    if shares and revision and live.percent(revision):
        work.lock.check()
        back = _taken_back(work, live, revision)
        work.ended(set_traffic(connection, work.region, work.service, back), limit)
    work.lock.check()
    tag = tag_name(work.service, work.release.id)
    if tag:
        work.ended(remove_tag(connection, work.region, work.service, tag), limit)
    now = work.live()
    if now is not None and shares and revision and now.percent(revision):
        raise StepFailedError(f"{revision} still gets {now.percent(revision)} % of the traffic")
    return _told(work, now, revision)


def _taken_back(work: Work, live: LiveService, revision: str) -> dict[str, int]:
    """Return the shares without the candidate: those from before, unless somebody else sends requests elsewhere since."""
    before = dict(work.before.shares)
    others = {each.name: live.percent(each.name) for each in live.serving if each.name != revision}
    if set(others) <= set(before):
        return before
    return {**others, work.before.base: others.get(work.before.base, 0) + live.percent(revision)}


def _candidate(work: Work, live: LiveService) -> str:
    """Return the revision of this release, also where the run that made it was killed before it could say so."""
    known = work.release.fact("revision")
    if known:
        return known
    if work.order.service.kind == "run":
        return revision_name(work.name, work.release.id)
    newest = work.means.services.revision(work.region, work.service, live.latest_created)
    return newest.name if newest is not None and newest.stamp.release == work.release.id else ""


def _told(work: Work, live: LiveService | None, revision: str) -> str:
    before = dict(work.before.shares)
    if live is None:
        gone = (
            " any more: somebody else removed it, and it stays so"
            if work.before.exists
            else "; nothing serves, as before"
        )
        return f"there is no service{gone}"
    found = {each.name: live.percent(each.name) for each in live.serving}
    if not before and set(found) <= {revision}:
        return (
            f"nothing served before, so nothing can be put back; {revision or 'the new revision'} stays; "
            f"`gcloud run services delete {work.service} --region={work.region}` removes it"
        )
    shares = ", ".join(f"{name} ({percent} %)" for name, percent in found.items())
    how = "as before" if found == before else "as somebody else left it meanwhile, and not as before"
    return f"production is served by {shares or 'nothing'}, {how}"
