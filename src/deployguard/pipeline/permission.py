"""Whether a tracker's documents may be repaired now: only while what writes them is what is written."""

from __future__ import annotations

from dataclasses import dataclass

from deployguard.model.drift import Judged


@dataclass(frozen=True, slots=True)
class Permission:
    """`asked` is False for a tracker whose writers are not configured: there is nobody to ask about.

    `unknown`: it could not be told, which is no permission. `reasons` stand in the way; `passed` are the services that
    a person let pass, which was recorded.
    """

    tracker: str
    allowed: bool
    asked: bool = True
    unknown: bool = False
    reasons: tuple[str, ...] = ()
    judged: tuple[Judged, ...] = ()
    passed: tuple[str, ...] = ()
