"""One date of a tracker: its document in, what is wrong with it out. Nothing is read or written here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from deployguard.model.document import Document
from deployguard.pipeline.claim import as_text
from deployguard.pipeline.dates import today_in
from deployguard.pipeline.state import ABSENT, State, read_state
from deployguard.pipeline.tracker import Tracker


class Kind(StrEnum):
    """What can be found; the order is that of a line of the report."""

    MISSING = "missing-document"
    NOT_A_MAP = "not-a-map"
    COUNT_TOO_LOW = "count-too-low"
    COUNT_TOO_HIGH = "count-too-high"
    COUNT_ABSENT = "count-absent"
    COUNT_TYPE = "count-of-wrong-type"
    NOT_TRIGGERED = "not-triggered"
    TRIGGERED_INCOMPLETE = "triggered-incomplete"
    TRIGGERED_TYPE = "triggered-of-wrong-type"
    ODD_VALUE = "odd-value"
    CLAIM_UNREADABLE = "claim-unreadable"
    CLAIM_TOO_LONG = "claim-too-long"
    CLAIM_EXPIRED = "claim-expired"
    CLAIM_ALIVE = "claim-alive"
    UNKNOWN_NAME = "unknown-name"
    INCOMPLETE = "incomplete"
    NOT_DUE = "not-due"


COUNTS = frozenset({Kind.COUNT_TOO_LOW, Kind.COUNT_TOO_HIGH, Kind.COUNT_ABSENT, Kind.COUNT_TYPE})
NOTES = frozenset({Kind.CLAIM_EXPIRED, Kind.CLAIM_ALIVE, Kind.UNKNOWN_NAME, Kind.INCOMPLETE, Kind.NOT_DUE})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about one date. An issue is written in capitals, a note (which breaks nothing) is not."""

    kind: Kind
    text: str

    @property
    def is_issue(self) -> bool:
        return self.kind not in NOTES


def judge(tracker: Tracker, day: date, document: Document | None, now: datetime) -> tuple[Finding, ...]:
    """Return what is to be said of a date; nothing where all is well. `now` is timezone-aware."""
    if document is None:
        return (_absent(tracker, day, now),)
    if not isinstance(document.content, Mapping):
        return (Finding(Kind.NOT_A_MAP, f"NOT A MAP ({shape(document.content)})"),)
    state = read_state(tracker, document.content)
    return (*_count(state), *_trigger(tracker, state, now), *_names(tracker, state))


def shape(value: object) -> str:
    """Say what kind of value it is, and never the value: documents hold more than is ours to print."""
    if value is None:
        return "null"
    for kind, word in _SHAPES:
        if isinstance(value, kind):
            return word
    return type(value).__name__


_SHAPES: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (int, "a number"),
    (float, "a number"),
    (str, "text"),
    (bytes, "bytes"),
    (list, "a list"),
    (Mapping, "a map"),
    (datetime, "a time"),
)


def _absent(tracker: Tracker, day: date, now: datetime) -> Finding:
    if tracker.optional:
        return Finding(Kind.NOT_DUE, "no document; none is required")
    if day >= today_in(tracker.zone, now):
        return Finding(Kind.NOT_DUE, "no document yet; the day is not over")
    return Finding(Kind.MISSING, "NO DOCUMENT")


def _count(state: State) -> Iterator[Finding]:
    if state.count_is_right:
        return
    stored = state.stored
    if stored is ABSENT:
        yield _mismatch(Kind.COUNT_ABSENT, state, "none")
    elif isinstance(stored, bool) or not isinstance(stored, int | float):
        yield _mismatch(Kind.COUNT_TYPE, state, shape(stored))
    elif stored < state.actual:
        yield _mismatch(Kind.COUNT_TOO_LOW, state, str(stored))
    elif stored > state.actual:
        yield _mismatch(Kind.COUNT_TOO_HIGH, state, str(stored))
    else:
        yield _mismatch(Kind.COUNT_TYPE, state, str(stored))  # NaN is neither more nor less


def _mismatch(kind: Kind, state: State, stored: str) -> Finding:
    return Finding(kind, f"COUNT MISMATCH (actual:{state.actual} stored:{stored})")


def _trigger(tracker: Tracker, state: State, now: datetime) -> Iterator[Finding]:
    if state.triggered is True:
        if tracker.expected and not state.complete:
            yield Finding(Kind.TRIGGERED_INCOMPLETE, f"TRIGGERED BUT INCOMPLETE ({_how_far(tracker, state)})")
        return
    if not state.never_triggered:
        yield Finding(Kind.TRIGGERED_TYPE, f"TRIGGERED IS NEITHER TRUE NOR FALSE ({shape(state.triggered)})")
    elif state.complete and (tracker.next or state.triggered is not ABSENT):
        yield from _untold(state, now)


def _untold(state: State, now: datetime) -> Iterator[Finding]:
    claim = state.claim
    if claim and claim.is_believable(now):
        yield Finding(Kind.CLAIM_ALIVE, f"being triggered (claimed until {_until(claim.expires_at)})")
        return
    yield Finding(Kind.NOT_TRIGGERED, "NOT TRIGGERED")
    if claim is None:
        return
    if claim.expires_at is None:
        yield Finding(Kind.CLAIM_UNREADABLE, "CLAIM WITHOUT A READABLE END")
    elif claim.is_alive(now):
        yield Finding(Kind.CLAIM_TOO_LONG, f"CLAIMED UNTIL {_until(claim.expires_at)}")
    else:
        yield Finding(Kind.CLAIM_EXPIRED, f"a claim expired at {_until(claim.expires_at)}")


def _names(tracker: Tracker, state: State) -> Iterator[Finding]:
    if state.odd:
        yield Finding(Kind.ODD_VALUE, f"NOTHING UNDER THE NAME OF {', '.join(state.odd)}")
    if state.unknown and not tracker.counts_all:
        yield Finding(Kind.UNKNOWN_NAME, f"unknown: {', '.join(state.unknown)}")
    if state.missing and state.triggered is not True:
        yield Finding(Kind.INCOMPLETE, f"incomplete ({_how_far(tracker, state)})")


def _how_far(tracker: Tracker, state: State) -> str:
    return f"{len(state.done)} of {len(tracker.expected)}; no {', '.join(state.missing)}"


def _until(moment: datetime | None) -> str:
    return as_text(moment) if moment else ""
