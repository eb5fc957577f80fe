"""What a release writes on a revision, so that anybody can tell where it comes from."""

from __future__ import annotations

from datetime import datetime

from deployguard.model.live import Stamp
from deployguard.model.stamp_names import MANAGED_LABEL, RELEASE_LABEL, StampNames


def stamp_env(names: StampNames, commit: str, fingerprint: str, now: datetime) -> dict[str, str]:
    """Return the variables of a stamp; `now` is timezone-aware."""
    return {
        names.commit_env[0]: commit,
        names.timestamp_env[0]: now.isoformat(timespec="seconds"),
        names.fingerprint_env[0]: fingerprint,
    }


def stamp_labels(names: StampNames, commit: str, fingerprint: str, release: str) -> dict[str, str]:
    """Return the labels of a stamp."""
    return {
        names.commit[0]: commit,
        names.fingerprint[0]: fingerprint,
        names.dirty[0]: "false",
        MANAGED_LABEL[0]: MANAGED_LABEL[1],
        RELEASE_LABEL: release,
    }


def stamp_problem(stamp: Stamp, commit: str, fingerprint: str) -> str:
    """Return how a stamp differs from what was shipped; "" where it does not."""
    for what, found, wanted in (
        ("commit", stamp.commit, commit),
        ("fingerprint", stamp.fingerprint, fingerprint),
    ):
        if found != wanted:
            return f"its stamp names the {what} {found[:12] or 'none'}, not {wanted[:12]}"
    return ""
