"""Claim, publish, mark: in the order of examples/nba_pipeline/docs/trigger.md, and with the same claim.

A crash between publishing and marking leaves a claim that expires; whoever comes next publishes once more, with the
same `trigger_id`, by which the receiver drops it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime

from deployguard.model.errors import CloudError
from deployguard.pipeline.claim import as_text, read_claim, written_claim
from deployguard.pipeline.repair import Clock
from deployguard.pipeline.rewrite import rewrite
from deployguard.pipeline.state import read_state
from deployguard.pipeline.store import Fields, Store
from deployguard.pipeline.tracker import CLAIM, NextPhase, Tracker

# Publishes to the tracker's topic: data and attributes in, the message's id out. Raises CloudError.
Publish = Callable[[NextPhase, bytes, Mapping[str, str]], str]

# Longer than publishing may take, or a slow publisher is taken for a dead one and the next phase hears twice.
CLAIM_SECONDS = 60
REASON = "complete and never triggered; sent by deployguard reconcile"


def trigger_next(store: Store, tracker: Tracker, day: date, publish: Publish, clock: Clock) -> str:
    """Start the next phase of a date that is complete and was never triggered; return what was done, "" for nothing.

    Raises:
        CloudError: the store or Pub/Sub refused. The claim is given back where that is possible, and expires elsewhere.
    """
    if tracker.next is None:
        return ""
    owner, key = uuid.uuid4().hex, day.isoformat()
    claimed = _claim(store, tracker, day, owner, clock)
    if claimed is None:
        return ""
    data, attributes = message(tracker, tracker.next, day, owner, claimed)
    try:
        sent = publish(tracker.next, data, attributes)
    except Exception:
        with suppress(CloudError):
            _give_back(store, key, owner)
        raise
    _mark(store, tracker, key, clock)
    return f"triggered {tracker.trigger_id(day)} (message {sent})"


def message(
    tracker: Tracker, following: NextPhase, day: date, owner: str, fields: Fields
) -> tuple[bytes, dict[str, str]]:
    """Return the body and the attributes of the next phase's message, as the phase's own function would send them."""
    names = {
        "tracker": tracker.name,
        "game_date": day.isoformat(),
        "trigger_id": tracker.trigger_id(day),
        "correlation_id": f"deployguard-reconcile-{owner}",
    }
    completions = {name: fields[name] for name in tracker.expected}
    data = json.dumps({**names, "completions": completions}, default=_plain)
    return data.encode(), {**following.attributes, **names}


def _claim(store: Store, tracker: Tracker, day: date, owner: str, clock: Clock) -> Fields | None:
    """Return the document that the claim was laid on; None where there is nothing to send, or another is sending."""

    def claimed(fields: Fields) -> Fields:
        state, now = read_state(tracker, fields), clock()
        if state.odd or not (state.complete and state.never_triggered):
            return {}
        # An owner of its own: the first write arrived, and only its answer was lost.
        if state.claim and (state.claim.owner == owner or state.claim.is_alive(now)):
            return {}
        return {CLAIM: written_claim(owner, tracker.trigger_id(day), now, CLAIM_SECONDS)}

    before, changes = rewrite(store, day.isoformat(), claimed)
    after = {**before, **changes}
    claim = read_claim(after.get(CLAIM))
    return after if claim and claim.owner == owner else None


def _mark(store: Store, tracker: Tracker, key: str, clock: Clock) -> None:
    """Note that it was sent: whoever sent it does, claim or no claim, for it is the truth. The first moment stays."""
    whether, when, why = tracker.trigger_fields

    def marked(fields: Fields) -> Fields:
        if fields.get(whether) is True:
            return {}
        return {whether: True, when: as_text(clock()), why: REASON}

    rewrite(store, key, marked)


def _give_back(store: Store, key: str, owner: str) -> None:
    def given_back(fields: Fields) -> Fields:
        claim = read_claim(fields.get(CLAIM))
        return {CLAIM: None} if claim and claim.owner == owner else {}

    rewrite(store, key, given_back)


def _plain(value: object) -> str:
    """Write what Firestore holds and JSON does not: a timestamp as a moment, bytes and places as text."""
    return as_text(value) if isinstance(value, datetime) else str(value)
