"""Read, decide, write if unchanged, else again.

One round of several writers always lets one through, so no writer waits for another, and none is lost.
Transactions would take locks, and under contention on one document lose their writers to time-outs.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from shared.documents.store import AlreadyExists, Changed, DocumentStore, Fields, Place

Decide = Callable[[Fields], Fields]
_ROUNDS = 30


class Contended(Exception):
    """Too many writers at once; whoever sent the message shall send it again."""


def rewrite(documents: DocumentStore, place: Place, decide: Decide) -> Fields:
    """Sets the fields that `decide` returns for the document as stored; returns the whole document after that.

    `decide` may run several times. If it returns nothing, nothing is written. If it raises, nothing was.
    """
    for pause in _pauses():
        with suppress(AlreadyExists, Changed):
            return _attempt(documents, place, decide)
        time.sleep(pause)
    raise Contended(f"{place.collection}/{place.key}: changed under {_ROUNDS} attempts to write it")


def _attempt(documents: DocumentStore, place: Place, decide: Decide) -> Fields:
    found = documents.get(place)
    stored: Fields = found.fields if found else {}
    changes = decide(stored)
    if not changes:
        return stored
    if found is None:
        documents.create(place, changes)
    else:
        documents.update(place, changes, found.version)
    return {**stored, **changes}


def _pauses() -> Iterator[float]:
    for round_ in range(_ROUNDS):
        yield random.uniform(0, min(0.5, 0.01 * 2**round_))
