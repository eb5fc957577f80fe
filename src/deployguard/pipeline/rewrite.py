"""Read, decide, write if unchanged, else again: whoever writes at the same time loses nothing.

One round of several writers always lets one through. Transactions would take locks, and under contention on one
document lose their writers to time-outs.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from deployguard.model.document import Document
from deployguard.model.errors import CloudError
from deployguard.pipeline.store import Fields, Store

Decide = Callable[[Fields], Fields]
_ROUNDS = 30


class Rewritten(NamedTuple):
    """`before` is what the decision was made on, `changes` what was written, nothing where nothing was."""

    before: Fields
    changes: Fields


def rewrite(store: Store, key: str, decide: Decide) -> Rewritten:
    """Set the fields that `decide` returns for the document as it stands; it may be asked several times.

    A document that is absent, or no map, is not written and not decided on.

    Raises:
        CloudError: the store refused, or the document could not be read; `conflict` where it never stood still.
    """
    for pause in _pauses():
        document = _map(store, key)
        if document is None:
            return Rewritten({}, {})
        fields = document.content if isinstance(document.content, Mapping) else {}
        changes = decide(fields)
        if not changes or store.update(document, changes):
            return Rewritten(fields, changes)
        time.sleep(pause)
    raise CloudError("conflict", f"{key}: changed under {_ROUNDS} attempts to write it; try again later")


def _map(store: Store, key: str) -> Document | None:
    found = store.read([key])[key]
    if found is None:
        return None
    if not isinstance(found, Document):
        raise CloudError("refused", f"{key}: {found.reason}")
    return found if isinstance(found.content, Mapping) else None


def _pauses() -> Iterator[float]:
    for number in range(_ROUNDS):
        yield random.uniform(0, min(0.5, 0.01 * 2**number))  # noqa: S311  it only spreads writers
