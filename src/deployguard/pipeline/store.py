"""Where completion documents lie: reading many at once, and writing one only if nobody else did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from deployguard.model.document import Document, Reading

Fields = Mapping[str, object]


class Store(Protocol):
    """The documents of one tracker, each named by its date (`2026-02-01`)."""

    def read(self, ids: Sequence[str]) -> Mapping[str, Reading]:
        """Return what lies under each id: None where nothing does, Unreadable where that cannot be told.

        Raises:
            CloudError: the store refused, or did not answer.
            UsageError: the configuration names a place that is not there, or a driver is missing.
        """
        ...

    def update(self, document: Document, changes: Fields) -> bool:
        """Set these top-level fields and keep all others; False, and nothing written, if somebody wrote since.

        Raises:
            CloudError: the store refused, or did not answer; the write may or may not have happened.
        """
        ...
