from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.structured_logs import with_fields

Row = Mapping[str, object]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Deduplicated:
    rows: tuple[Row, ...]
    dropped: int


def first_by_key(rows: Iterable[Row], key: Sequence[str], about: str) -> Deduplicated:
    """Of rows with the same key the first stays, in the order given: sort before, and the result is always the same."""
    seen: dict[tuple[object, ...], Row] = {}
    total = 0
    for row in rows:
        seen.setdefault(tuple(row[name] for name in key), row)
        total += 1
    dropped = total - len(seen)
    if dropped:
        _log.warning("Duplicates dropped", extra=with_fields(about=about, dropped=dropped, of=total))
    return Deduplicated(tuple(seen.values()), dropped)
