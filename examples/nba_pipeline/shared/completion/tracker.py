from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shared.completion.message import Completion
from shared.documents.rewrite import rewrite
from shared.documents.store import DocumentStore, Fields, Place
from shared.moments import Clock, as_text, utc_now


@dataclass(frozen=True)
class Progress:
    """How far a date has come, read off its document; the stored count is never asked."""

    completed: tuple[str, ...]
    missing: tuple[str, ...]
    triggered: bool

    @property
    def complete(self) -> bool:
        return not self.missing


def progress_of(fields: Fields, expected: Sequence[str]) -> Progress:
    return Progress(
        completed=tuple(name for name in expected if name in fields),
        missing=tuple(name for name in expected if name not in fields),
        triggered=fields.get("_triggered") is True,
    )


class CompletionTracker:
    """One document a date: a key for each processor that is done, and bookkeeping under names with an underscore."""

    def __init__(
        self, documents: DocumentStore, collection: str, expected: Sequence[str], now: Clock = utc_now
    ) -> None:
        self._documents = documents
        self._collection = collection
        self._now = now
        self.expected = tuple(expected)

    def place(self, game_date: date) -> Place:
        return Place(self._collection, game_date.isoformat())

    def record(self, completion: Completion) -> Progress:
        def with_completion(stored: Fields) -> Fields:
            # The first delivery stays: a duplicate must not move the moment of completion.
            entry = stored.get(completion.processor, completion.entry())
            after = {**stored, completion.processor: entry}
            return {
                completion.processor: entry,
                "_completed_count": len(progress_of(after, self.expected).completed),
                "_triggered": stored.get("_triggered", False),
                "_last_update": as_text(self._now()),
            }

        fields = rewrite(self._documents, self.place(completion.game_date), with_completion)
        return progress_of(fields, self.expected)
