"""How a release of several services is summed up."""

from __future__ import annotations

from deployguard.release.result import End, Ended
from deployguard.report.release import ended_summary


def test_the_summary_counts_and_names_what_did_not_end_well() -> None:
    ends = (End.SUCCEEDED, End.UNDONE, End.NOTHING, End.SUCCEEDED)
    ended = tuple(Ended(name, "us-west2", end) for name, end in zip("abcd", ends, strict=True))
    assert ended_summary(ended) == "4 services: 2 succeeded, 1 nothing, 1 undone (b)"
    assert ended_summary(ended[:1]) == "1 service: 1 succeeded"
