"""How a page says drift: the tone of each verdict, and what the whole comes to in one sentence."""

from __future__ import annotations

from collections import Counter

from deployguard.model.drift import FRESH, DriftReport, Verdict
from deployguard.report.page import Tone
from deployguard.report.printable import counted

TONES = {
    Verdict.UNKNOWN: Tone.DOUBT,
    Verdict.MISSING: Tone.BAD,
    Verdict.FAILED: Tone.BAD,
    Verdict.NOT_SERVING: Tone.BAD,
    Verdict.SPLIT: Tone.WARN,
    Verdict.MODIFIED: Tone.BAD,
    Verdict.DIRTY: Tone.WARN,
    Verdict.DIVERGED: Tone.BAD,
    Verdict.AHEAD: Tone.WARN,
    Verdict.STALE: Tone.WARN,
    Verdict.UNSTAMPED: Tone.WARN,
    Verdict.UNMANAGED: Tone.QUIET,
    Verdict.EQUIVALENT: Tone.GOOD,
    Verdict.CURRENT: Tone.GOOD,
}


def verdict_counts(report: DriftReport) -> tuple[tuple[Verdict, int], ...]:
    """Return how many services have each verdict, the worst first."""
    counts = Counter(each.verdict for each in report.services)
    return tuple((verdict, counts[verdict]) for verdict in Verdict if counts[verdict])


def headline(report: DriftReport) -> str:
    """Return one sentence. What could not be seen is never told as being fine."""
    counts = dict(verdict_counts(report))
    doubtful, strangers = counts.get(Verdict.UNKNOWN, 0), counts.get(Verdict.UNMANAGED, 0)
    fine = sum(counts.get(verdict, 0) for verdict in FRESH)
    wrong = len(report.services) - doubtful - strangers - fine
    parts = (
        [f"{wrong} of {counted(len(report.services), 'service')} {_is(wrong)} not as written"]
        if wrong
        else []
    )
    parts += [f"{doubtful if parts else counted(doubtful, 'service')} cannot be judged"] if doubtful else []
    parts += ["not everything could be seen"] if report.blind and not doubtful else []
    if fine and not parts:
        parts.append(f"What serves is what is written: {counted(fine, 'service')}")
    if strangers:
        parts.append(
            f"{strangers if parts else counted(strangers, 'service')} {_is(strangers)} not configured"
        )
    return ", ".join(parts) or "No service was judged"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
