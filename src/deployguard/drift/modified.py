"""What was changed outside deployguard: a stamp that disagrees with itself, a revision that no release left so."""

from __future__ import annotations

from collections.abc import Iterator

from deployguard.drift.ground import Ground
from deployguard.drift.stamped import disagree, written_in
from deployguard.model.baseline import Baseline
from deployguard.model.drift import Verdict
from deployguard.model.live import LiveRevision, Stamp


def grounds_of_change(name: str, serving: LiveRevision, baseline: Baseline | None) -> Iterator[Ground]:
    """Yield what differs from the stamp's own copy, and from what the last release left."""
    stamp = serving.stamp
    here, there = written_in(stamp), written_in(Stamp(commit=stamp.labelled))
    if stamp.labelled and disagree(here.commit, there.commit):
        yield Ground(
            Verdict.MODIFIED,
            f"its environment says {here.commit[:12]}, its labels say {there.commit[:12]}: "
            "another tool changed one of them",
            fix=f"deployguard deploy {name}",
        )
    differing = tuple(_differing(serving, baseline)) if baseline else ()
    if baseline and differing:
        yield Ground(
            Verdict.MODIFIED,
            f"changed since release {baseline.release}: {', '.join(differing)}",
            fix=f"deployguard deploy {name}",
        )


def _differing(serving: LiveRevision, baseline: Baseline) -> Iterator[str]:
    if serving.name != baseline.revision:
        yield f"{serving.name} serves, not {baseline.revision}"
    if _other_image(serving.settings.image, baseline.image):
        yield "another image"
    names = _names(set(baseline.env), set(serving.settings.env))
    if names:
        yield f"variables {names}"
    before, after = dict(baseline.secrets), dict(serving.settings.secrets)
    moved = {f"~{name}" for name in before if name in after and before[name] != after[name]}
    secrets = " ".join(filter(None, (_names(set(before), set(after)), *sorted(moved))))
    if secrets:
        yield f"secrets {secrets}"


def _names(before: set[str], after: set[str]) -> str:
    return " ".join(
        [*(f"+{name}" for name in sorted(after - before)), *(f"-{name}" for name in sorted(before - after))]
    )


def _other_image(one: str, other: str) -> bool:
    """A tag and a digest cannot be compared: the same image has both."""
    first, second = one.partition("@")[2], other.partition("@")[2]
    if first and second:
        return first != second
    return bool(one and other) and not first and not second and one != other
