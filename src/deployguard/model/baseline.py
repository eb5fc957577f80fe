"""How a release left a service: whatever differs from it later was changed by somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Baseline:
    """What served at the end of a release, as it was then read back: names of variables, never their values.

    `env` and `secrets` are those of the revision, `labels` the ones that the release wrote. `release` is its id, `at`
    timezone-aware.
    """

    release: str
    revision: str
    image: str
    env: tuple[str, ...] = ()
    secrets: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    at: datetime | None = None
