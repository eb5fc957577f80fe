"""What a completion document says, in the words of its tracker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deployguard.pipeline.claim import Claim, read_claim
from deployguard.pipeline.tracker import CLAIM, Tracker

ABSENT = object()


@dataclass(frozen=True, slots=True)
class State:
    """`actual` is the count by the keys themselves; `stored` and `triggered` are fields as they stand, or ABSENT.

    `odd` are processors whose key holds nothing that says they are done (null, false, a list).
    """

    done: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    odd: tuple[str, ...]
    actual: int
    stored: object
    triggered: object
    claim: Claim | None

    @property
    def complete(self) -> bool:
        """Every expected processor is done; a tracker that expects none has no complete document."""
        return bool(self.done) and not self.missing

    @property
    def count_is_right(self) -> bool:
        """5.0 is 5, as it is for Firestore's own comparisons; true and "5" are not."""
        if isinstance(self.stored, bool) or not isinstance(self.stored, int | float):
            return False
        return self.stored == self.actual

    @property
    def never_triggered(self) -> bool:
        """Nothing says that the next phase was told; something that is neither yes nor no is not nothing."""
        return self.triggered in (ABSENT, None) or self.triggered is False


def read_state(tracker: Tracker, fields: Mapping[str, object]) -> State:
    """Read a document; a processor is done when its key is there, as the other writers count."""
    names = tuple(name for name in fields if not tracker.is_bookkeeping(name))
    unknown = (
        tuple(sorted(name for name in names if name not in tracker.expected)) if tracker.expected else ()
    )
    done = tuple(name for name in tracker.expected if name in fields)
    counted = len(names) if tracker.counts_all or not tracker.expected else len(done)
    return State(
        done=done,
        missing=tuple(name for name in tracker.expected if name not in fields),
        unknown=unknown,
        odd=tuple(name for name in names if _says_nothing(fields[name])),
        actual=counted,
        stored=fields.get(tracker.count_field, ABSENT),
        triggered=fields.get(tracker.triggered_field, ABSENT),
        claim=read_claim(fields.get(CLAIM)),
    )


def _says_nothing(value: object) -> bool:
    return value is None or value is False or isinstance(value, list)
