"""Claim, publish, mark: docs/trigger.md says why in this order, and what the receiver has to do with duplicates."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from shared.completion.tracker import CompletionTracker, progress_of
from shared.documents.rewrite import rewrite
from shared.documents.store import DocumentStore, Fields
from shared.messages.publisher import OutgoingMessage, Publisher
from shared.moments import Clock, as_text, from_text, utc_now
from shared.structured_logs import with_fields

_log = logging.getLogger(__name__)


class TriggerPending(Exception):
    """Somebody else is publishing, or died doing so: the message must come again to find out."""


@dataclass(frozen=True)
class TriggerRules:
    tracker: str
    topic: str
    claim_seconds: float


def trigger_id(tracker: str, game_date: date) -> str:
    """The same for every attempt, whoever makes it: by this the receiver tells duplicates."""
    return f"{tracker}:{game_date.isoformat()}"


class PhaseTrigger:
    def __init__(
        self,
        documents: DocumentStore,
        publisher: Publisher,
        tracker: CompletionTracker,
        rules: TriggerRules,
        now: Clock = utc_now,
    ) -> None:
        self._documents = documents
        self._publisher = publisher
        self._tracker = tracker
        self._rules = rules
        self._now = now

    def fire(self, game_date: date, correlation_id: str) -> bool:
        """True if this call published. Raises TriggerPending while another's claim is alive."""
        owner = uuid.uuid4().hex
        fields = self._claim(game_date, owner)
        if fields is None:
            return False
        try:
            message_id = self._publisher.publish(self._message(game_date, correlation_id, fields))
        except Exception:
            self._give_back(game_date, owner)
            raise
        self._mark(game_date)
        about = with_fields(game_date=game_date, correlation_id=correlation_id, message_id=message_id)
        _log.info("Next phase triggered", extra=about)
        return True

    def _claim(self, game_date: date, owner: str) -> Fields | None:
        def claimed(stored: Fields) -> Fields:
            progress = progress_of(stored, self._tracker.expected)
            if progress.triggered or not progress.complete:
                return {}
            if _owner(stored) == owner:
                # The first write arrived and only its answer was lost.
                return {}
            if self._is_alive(stored.get("_trigger_claim")):
                raise TriggerPending(f"{game_date}: another delivery is publishing")
            return {"_trigger_claim": self._new_claim(game_date, owner)}

        fields = rewrite(self._documents, self._tracker.place(game_date), claimed)
        return fields if _owner(fields) == owner else None

    def _mark(self, game_date: date) -> None:
        """Whoever published marks, claim or no claim: it is the truth. The first moment stays."""

        def marked(stored: Fields) -> Fields:
            if stored.get("_triggered") is True:
                return {}
            now = as_text(self._now())
            return {"_triggered": True, "_triggered_at": now, "_last_update": now}

        rewrite(self._documents, self._tracker.place(game_date), marked)

    def _give_back(self, game_date: date, owner: str) -> None:
        def given_back(stored: Fields) -> Fields:
            return {"_trigger_claim": None} if _owner(stored) == owner else {}

        rewrite(self._documents, self._tracker.place(game_date), given_back)

    def _new_claim(self, game_date: date, owner: str) -> Fields:
        now = self._now()
        return {
            "owner": owner,
            "trigger_id": trigger_id(self._rules.tracker, game_date),
            "claimed_at": as_text(now),
            "expires_at": as_text(now + timedelta(seconds=self._rules.claim_seconds)),
        }

    def _is_alive(self, claim: object) -> bool:
        return isinstance(claim, Mapping) and from_text(str(claim["expires_at"])) > self._now()

    def _message(self, game_date: date, correlation_id: str, fields: Fields) -> OutgoingMessage:
        identity = trigger_id(self._rules.tracker, game_date)
        names = {
            "tracker": self._rules.tracker,
            "game_date": game_date.isoformat(),
            "trigger_id": identity,
            "correlation_id": correlation_id,
        }
        completions = {name: fields[name] for name in self._tracker.expected}
        return OutgoingMessage(self._rules.topic, {**names, "completions": completions}, names)


def _owner(fields: Fields) -> object:
    claim = fields.get("_trigger_claim")
    return claim.get("owner") if isinstance(claim, Mapping) else None
