"""What was changed outside deployguard: a stamp that disagrees with itself, a revision that no release left so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deployguard.drift.ground import Ground
from deployguard.drift.stamped import disagree, written_in
from deployguard.model.baseline import Baseline
from deployguard.model.digests import changed_values
from deployguard.model.drift import Verdict
from deployguard.model.live import LiveRevision, Settings, Stamp


def grounds_of_change(
    name: str, serving: LiveRevision, baseline: Baseline | None, key: str = ""
) -> Iterator[Ground]:
    """Yield what differs from the stamp's own copy, and from what the last release left.

    `key` stands for the key of the values (model.digests.key_mark): those of another service, though of the same name,
    cannot be compared.
    """
    stamp = serving.stamp
    here, there = written_in(stamp), written_in(Stamp(commit=stamp.labelled))
    if stamp.labelled and disagree(here.commit, there.commit):
        yield Ground(
            Verdict.MODIFIED,
            f"its environment says {here.commit[:12]}, its labels say {there.commit[:12]}: "
            "another tool changed one of them",
            fix=f"deployguard deploy {name}",
        )
    differing = tuple(_differing(serving, baseline, key)) if baseline else ()
    if baseline and differing:
        yield Ground(
            Verdict.MODIFIED,
            f"changed since release {baseline.release}: {', '.join(differing)}",
            fix=f"deployguard deploy {name}",
        )


def _differing(serving: LiveRevision, baseline: Baseline, key: str) -> Iterator[str]:
    release = serving.stamp.release
    if (
        serving.name != baseline.revision
        and serving.name.endswith(release)
        and release not in {"", baseline.release}
    ):
        yield f"{serving.name} of an earlier release serves, not {baseline.revision}"
        return  # it differs as releases do
    if serving.name != baseline.revision:
        yield f"{serving.name} serves, not {baseline.revision}"
    left = Settings(
        image=baseline.image,
        env=baseline.env,
        secrets=baseline.secrets,
        values=baseline.values if key and key == baseline.key else (),
    )
    yield from differing_settings(left, serving.settings)


def differing_settings(before: Settings, after: Settings) -> Iterator[str]:
    """Yield in words how the image, the variables (by name alone) and the secrets differ."""
    if _other_image(after.image, before.image):
        yield "another image"
    changed = changed_values(before.values, after.values)
    variables = _names(set(before.env), set(after.env), changed)
    if variables:
        yield f"variables {variables}"
    held, has = dict(before.secrets), dict(after.secrets)
    moved = sorted(name for name in held if name in has and held[name] != has[name])
    secrets = _names(set(held), set(has), moved)
    if secrets:
        yield f"secrets {secrets}"


def differing_limits(before: Settings, after: Settings) -> Iterator[str]:
    """Yield each other setting that differs, with what it became."""
    for name in (
        "service_account",
        "memory",
        "cpu",
        "concurrency",
        "timeout",
        "min_instances",
        "max_instances",
        "vpc",
    ):
        now = getattr(after, name)
        if getattr(before, name) != now:
            yield f"{name.replace('_', '-')} {now or 'as usual'}"


def _names(before: set[str], after: set[str], changed: Iterable[str]) -> str:
    added, gone = sorted(after - before), sorted(before - after)
    return " ".join(
        [*(f"+{name}" for name in added), *(f"-{name}" for name in gone), *(f"~{name}" for name in changed)]
    )


def _other_image(one: str, other: str) -> bool:
    """A tag and a digest cannot be compared: the same image has both."""
    first, second = one.partition("@")[2], other.partition("@")[2]
    if first and second:
        return first != second
    return bool(one and other) and not first and not second and one != other
