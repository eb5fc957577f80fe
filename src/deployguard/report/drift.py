"""The page that a person reads in the morning: the worst first, one line each, then what there is to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from deployguard.model.drift import FRESH, Commit, DriftReport, Judged, Verdict
from deployguard.report.printable import counted, printable

_RED, _YELLOW, _GREEN, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[32m", "\x1b[0m"
_MILD = {Verdict.STALE, Verdict.UNSTAMPED, Verdict.UNMANAGED, Verdict.SPLIT, Verdict.AHEAD}
_COMMITS, _PATHS, _WIDTH = 20, 4, 160


def drift_table(report: DriftReport, *, colour: bool = False) -> str:
    """Write a line for each service, the details of those that are not as written, and the notes."""
    return "\n".join(_lines(report, colour=colour)) + "\n"


def summary_line(report: DriftReport) -> str:
    """Count the verdicts, the worst first."""
    counts = Counter(one.verdict for one in report.services)
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
    return f"{counted(len(report.services), 'service')}: {told}" if told else "no services"


def verdict_text(one: Judged) -> str:
    """Write a verdict in one word, with its number where it has one."""
    return (
        f"{one.verdict}({len(one.commits)})"
        if one.verdict is Verdict.STALE and one.commits
        else str(one.verdict)
    )


def _lines(report: DriftReport, *, colour: bool) -> Iterator[str]:
    branch = f" ({report.branch})" if report.branch else ""
    yield f"compared with {report.head[:12]}{branch} at {report.taken:%Y-%m-%d %H:%M %Z}"
    yield ""
    words = max((len(verdict_text(one)) for one in report.services), default=0)
    names = max((len(one.name) for one in report.services), default=0)
    for one in report.services:
        word = f"{verdict_text(one):<{words}}"
        shown = f"{_colour(one.verdict)}{word}{_PLAIN}" if colour else word
        reason = "could not be asked, see below" if _is_below(one.reason, report) else printable(one.reason)
        yield f"{shown}  {printable(one.name):<{names}}  {_short(reason)}".rstrip()
    for one in report.services:
        if one.verdict not in FRESH or one.details:
            yield from _details(one, report)
    yield ""
    yield from (f"cannot see: {printable(reason)}" for reason in report.blind)
    yield from (f"note: {printable(note)}" for note in report.notes)


def _is_below(reason: str, report: DriftReport) -> bool:
    """Tell whether a reason is said, once for all services, of what could not be seen."""
    return bool(reason) and any(blind.endswith(f": {reason}") for blind in report.blind)


def _details(one: Judged, report: DriftReport) -> Iterator[str]:
    reason = printable(one.reason)
    whole = [reason] if _short(reason) != reason and not _is_below(one.reason, report) else []
    details = [each for each in one.details if not _is_below(each.removeprefix("unknown: "), report)]
    found = [*_serving(one), *whole, *map(printable, details), *_commits(one)]
    if one.fix:
        found.append(f"to mend: {one.fix}")
    if found:
        yield ""
        yield f"{printable(one.name)} ({one.kind}{f', {one.region}' if one.region else ''})"
        yield from (f"  {line}" for line in found)


def _serving(one: Judged) -> Iterator[str]:
    if one.serving is None:
        return
    commit = f" from {printable(one.serving.commit[:12])}" if one.serving.commit else ""
    since = f" since {one.serving.since:%Y-%m-%d %H:%M %Z}" if one.serving.since else ""
    behind = f", {counted(one.behind, 'commit')} behind" if one.behind else ""
    yield f"serves {one.serving.revision}{commit}{since}{behind}"


def _commits(one: Judged) -> Iterator[str]:
    for commit in one.commits[:_COMMITS]:
        yield f"{commit.sha[:12]}  {commit.date:%Y-%m-%d}  {printable(commit.author)}  {printable(commit.subject)}"
        yield f"    by {_via(commit)}"
    if len(one.commits) > _COMMITS:
        yield f"and {counted(len(one.commits) - _COMMITS, 'older commit')}"


def _via(commit: Commit) -> str:
    shown = ", ".join(printable(path) for path in commit.via[:_PATHS])
    return shown + (f" and {len(commit.via) - _PATHS} more" if len(commit.via) > _PATHS else "")


def _short(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."


def _colour(verdict: Verdict) -> str:
    if verdict in FRESH:
        return _GREEN
    return _YELLOW if verdict in _MILD else _RED
