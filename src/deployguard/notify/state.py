"""What people were told last: one object for each thing that is watched, and a claim while somebody sends.

    {"schema": 1, "told": {TARGET: {SUBJECT: STATE}}, "sending": "2026-11-23T06:00:00+00:00"}

A target is named by its variable or by the schema of its URL: the URL itself is a secret.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from deployguard.journal.objects import ABSENT, Objects
from deployguard.model.errors import CloudError

SCHEMA = 1
_CLAIM_LASTS = timedelta(
    minutes=5
)  # what sends has a time limit far below; a claim that is older is of one that died

Memory = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Recalled:
    """What each target was told is wrong, at a generation of the object. `sending` is when somebody began to send."""

    told: Memory = field(default_factory=dict)
    generation: int = ABSENT
    sending: datetime | None = None

    def is_taken(self, now: datetime) -> bool:
        return self.sending is not None and abs(now - self.sending) < _CLAIM_LASTS


def recall(objects: Objects, what: str) -> Recalled:
    """Read what was told; a damaged object counts as nothing told, so that people rather hear a thing twice.

    Raises:
        CloudError: it cannot be read.
    """
    stored = objects.get(_name(what))
    if stored is None:
        return Recalled()
    try:
        value = json.loads(stored.content)
        told = {
            str(target): {str(subject): str(state) for subject, state in states.items()}
            for target, states in value["told"].items()
        }
        sending = datetime.fromisoformat(value["sending"]) if value.get("sending") else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Recalled(generation=stored.generation)
    return Recalled(told, stored.generation, sending)


def claim(objects: Objects, what: str, recalled: Recalled, now: datetime) -> Recalled | None:
    """Take the right to send; None where another run has it, or has just told people.

    Raises:
        CloudError: it cannot be written.
    """
    if recalled.is_taken(now):
        return None
    return remember(objects, what, Recalled(recalled.told, recalled.generation, now))


def remember(objects: Objects, what: str, recalled: Recalled) -> Recalled | None:
    """Write what was told, over that very generation; None where another run wrote since.

    Raises:
        CloudError: it cannot be written.
    """
    told = {target: dict(states) for target, states in recalled.told.items()}
    sending = recalled.sending.isoformat() if recalled.sending else None
    content = json.dumps({"schema": SCHEMA, "told": told, "sending": sending}).encode()
    try:
        generation = objects.put(_name(what), content, when=recalled.generation)
    except CloudError as error:
        if error.kind != "conflict":
            raise
        return None
    return Recalled(recalled.told, generation, recalled.sending)


def _name(what: str) -> str:
    return f"notify/{what}.json"
