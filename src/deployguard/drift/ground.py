"""One reason for a verdict; a service may have several, and the worst speaks."""

from __future__ import annotations

from typing import NamedTuple

from deployguard.model.drift import Commit, Verdict

_ORDER = {verdict: place for place, verdict in enumerate(Verdict)}


class Ground(NamedTuple):
    """`reason` is one line. `details` say more, `fix` is the command that mends it."""

    verdict: Verdict
    reason: str
    details: tuple[str, ...] = ()
    fix: str = ""
    behind: int = 0
    commits: tuple[Commit, ...] = ()


def rank(verdict: Verdict) -> int:
    """Return the place of a verdict, the worst being 0."""
    return _ORDER[verdict]
