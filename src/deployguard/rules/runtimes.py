"""Until when Google supports each Python runtime.

Source: Cloud Run functions, "Runtime support" (docs.cloud.google.com/functions/docs/runtime-support), as read in
November 2026. A runtime past its deprecation date gets no more security updates; past its decommission date nothing
can be deployed on it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from deployguard.model.runtime import Runtime

NOTICE = timedelta(days=90)
DEPRECATED = "DG403"  # the rule; its module would bring all that rules work with


class Support(NamedTuple):
    """The dates of one runtime."""

    deprecated: date
    decommissioned: date


SUPPORT = {
    Runtime(3, 10): Support(date(2026, 10, 4), date(2027, 4, 4)),
    Runtime(3, 11): Support(date(2027, 10, 24), date(2028, 4, 24)),
    Runtime(3, 12): Support(date(2028, 10, 2), date(2029, 4, 2)),
    Runtime(3, 13): Support(date(2029, 10, 10), date(2030, 4, 10)),
    Runtime(3, 14): Support(date(2030, 10, 10), date(2031, 4, 10)),
}


class Deprecation(NamedTuple):
    """A runtime that is past its deprecation date (`is_past`), or within `NOTICE` of it.

    `support` is None for a runtime older than every one in the table: all of those are past.
    """

    runtime: Runtime
    is_past: bool
    support: Support | None

    @property
    def text(self) -> str:
        if self.support is None:
            return f"{self.runtime.name} is no longer supported"
        verb = "was" if self.is_past else "will be"
        return (
            f"{self.runtime.name} {verb} deprecated on {self.support.deprecated}; "
            f"nothing can be deployed on it from {self.support.decommissioned}"
        )


def deprecation(runtime: Runtime, today: date) -> Deprecation | None:
    """Judge a runtime on a day; None when it is supported for longer than `NOTICE`, or newer than the table."""
    support = SUPPORT.get(runtime)
    if support is None:
        return Deprecation(runtime, True, None) if runtime < min(SUPPORT) else None
    if today + NOTICE < support.deprecated:
        return None
    return Deprecation(runtime, today >= support.deprecated, support)
