"""How a release left a service: whatever differs from it later was changed by somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Baseline:
    """What served at the end of a release, as it was then read back: names of variables, never their values.

    `values` pairs variables with what stands for their values (model.digests); `key` is "" where nothing does, and else
    stands for the key: with another one, the values cannot be compared. `left` is the revision that a rollback left, ""
    where a deploy wrote this; `why` says who went back, when and why. `env` and `secrets` are those of the revision, `labels` the ones that the release wrote. `release` is its id, `at`
    timezone-aware.
    """

    release: str
    revision: str
    image: str
    env: tuple[str, ...] = ()
    secrets: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    at: datetime | None = None
    values: tuple[tuple[str, str], ...] = ()
    key: str = ""
    left: str = ""
    why: str = ""
