"""The gate before a repair: nothing is published by services whose code is not what is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from deployguard.model.drift import FRESH, DriftReport, Judged, Verdict
from deployguard.model.errors import UsageError
from deployguard.model.service import Project


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether something may be done. `unknown`: it is refused because it cannot be told.

    `reasons` say what stands in the way; `passed` are the services that only `allow` lets pass.
    """

    allowed: bool
    unknown: bool
    reasons: tuple[str, ...]
    judged: tuple[Judged, ...]
    passed: tuple[Judged, ...] = ()


def gate(report: DriftReport, names: Sequence[str], allow: frozenset[Verdict] = frozenset()) -> Gate:
    """Judge the named services; verdicts of `allow` pass, and one that is not in the report is unknown."""
    judged = tuple(_of(report, name) for name in names)
    against = [one for one in judged if one.verdict not in FRESH]
    barred = [one for one in against if one.verdict not in allow]
    return Gate(
        not barred,
        any(one.verdict is Verdict.UNKNOWN for one in barred),
        tuple(f"{one.name}: {one.verdict}: {one.reason}" for one in barred),
        judged,
        tuple(one for one in against if one.verdict in allow),
    )


def gated_names(project: Project, words: Sequence[str]) -> tuple[str, ...]:
    """Return the services that trackers and services name: of a tracker, those that its `written-by` lists.

    Raises:
        UsageError: nothing is named so, or a tracker does not say who writes it.
    """
    return tuple(dict.fromkeys(name for word in words for name in _names(project, word)))


def _names(project: Project, word: str) -> Iterator[str]:
    tracker = project.table("trackers").get(word)
    services = {service.name for service in project.services}
    if not isinstance(tracker, Mapping):
        if word not in services:
            raise UsageError(f"{word}: neither a tracker nor a service of {project.path}")
        yield word
        return
    written_by = tuple(map(str, tracker.get("written-by", ())))
    if not written_by:
        raise UsageError(
            f"{project.path}: [trackers.{word}] has no `written-by`: nothing says which services to judge"
        )
    yield from written_by
    if word in services:
        yield word


def _of(report: DriftReport, name: str) -> Judged:
    found = next(
        (one for one in report.services if one.name == name and one.verdict is not Verdict.UNMANAGED), None
    )
    return found or Judged(name, "", "", Verdict.UNKNOWN, "it is not in the report")
