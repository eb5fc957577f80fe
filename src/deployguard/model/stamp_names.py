"""The names that a stamp goes by: ours first, then those that other tools write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

RELEASE_LABEL = "release"
MANAGED_LABEL = ("managed-by", "deployguard")


@dataclass(frozen=True, slots=True)
class StampNames:
    """Names of labels and variables; the first of each is written, all are read."""

    commit: tuple[str, ...] = ("commit-sha",)
    fingerprint: tuple[str, ...] = ("fingerprint",)
    dirty: tuple[str, ...] = ("dirty",)
    commit_env: tuple[str, ...] = ("BUILD_COMMIT",)
    timestamp_env: tuple[str, ...] = ("BUILD_TIMESTAMP",)
    fingerprint_env: tuple[str, ...] = ("BUILD_FINGERPRINT",)


def stamp_names(given: Mapping[str, object]) -> StampNames:
    """Read the table `[labels]` of the configuration; a missing key gives the usual names."""
    usual = StampNames()
    return StampNames(
        commit=_names(given.get("commit"), usual.commit),
        fingerprint=_names(given.get("fingerprint"), usual.fingerprint),
        dirty=_names(given.get("dirty"), usual.dirty),
        commit_env=_names(given.get("commit-env"), usual.commit_env),
        timestamp_env=_names(given.get("timestamp-env"), usual.timestamp_env),
        fingerprint_env=_names(given.get("fingerprint-env"), usual.fingerprint_env),
    )


def _names(value: object, usual: tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(map(str, value)) if isinstance(value, tuple) and value else usual
