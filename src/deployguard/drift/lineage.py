"""Whether a commit that is to be shipped is older than the one that serves."""

from __future__ import annotations

from typing import NamedTuple

from deployguard.model.drift import Judged
from deployguard.source.history import History, Lost

_NO_COMMIT = "unreadable"


class Lineage(NamedTuple):
    """`newer` is the commit that serves, where it contains the other one, "" otherwise; `untold` why that cannot be told.

    `dropped` counts the commits that serve and are not in the other one, where each has some of its own.
    """

    newer: str = ""
    untold: str = ""
    dropped: int = 0


def lineage(history: History, judged: Judged | None, commit: str, fingerprint: str) -> Lineage:
    """Compare a commit with the one that serves; where what would be shipped serves already, no order matters.

    The commits are those that the judgement has loaded.
    """
    serving = judged.serving if judged else None
    if serving is None or not serving.commit or serving.fingerprint == fingerprint:
        return Lineage()
    base = history.commit(serving.commit)
    if isinstance(base, Lost):
        return Lineage() if base.kind == _NO_COMMIT else Lineage(untold=base.reason)
    apart = history.apart(base, commit)
    if apart.cut and apart.base_only:
        return Lineage(
            untold=f"this clone is shallow, and does not join it with {base[:12]}: `git fetch --unshallow`"
        )
    if apart.base_only and not apart.head_only:
        return Lineage(newer=base)
    return Lineage(dropped=len(apart.base_only))
