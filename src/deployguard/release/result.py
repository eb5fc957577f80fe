"""How a deploy or a rollback of one service ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class End(StrEnum):
    """`NOTHING`: what serves is what would be shipped. `REFUSED`: nothing was begun. `SKIPPED`: one before it failed."""

    SUCCEEDED = "succeeded"
    NOTHING = "nothing"
    REFUSED = "refused"
    FAILED = "failed"
    UNDONE = "undone"
    UNFINISHED = "unfinished"
    UNKNOWN = "unknown"
    INTERRUPTED = "interrupted"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Ended:
    """`revision` is what was to serve, `base` what served before; `message` says why, or what production does now."""

    service: str
    region: str
    end: End
    commit: str = ""
    release: str = ""
    revision: str = ""
    base: str = ""
    message: str = ""

    @property
    def is_well(self) -> bool:
        return self.end in {End.SUCCEEDED, End.NOTHING}


def exit_code(ended: tuple[Ended, ...]) -> int:
    """Return 130 where one was interrupted, 2 where one cannot be told, 1 where one did not ship, 0 otherwise."""
    ends = {one.end for one in ended}
    if End.INTERRUPTED in ends:
        return 130
    if End.UNKNOWN in ends:
        return 2
    return 0 if all(one.is_well for one in ended) else 1
