"""The stamp of a revision: its environment is the truth, labels are a copy for other tools."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from deployguard.model.live import Stamp
from deployguard.model.stamp_names import RELEASE_LABEL, StampNames


def stamp_of(env: Mapping[str, str], labels: Mapping[str, str], names: StampNames) -> Stamp:
    """Read a stamp from plain environment values and labels; nothing else of the environment is looked at."""
    return Stamp(
        commit=_first(env, names.commit_env) or _first(labels, names.commit),
        fingerprint=_first(env, names.fingerprint_env) or _first(labels, names.fingerprint),
        built=_moment(_first(env, names.timestamp_env)),
        dirty=_first(labels, names.dirty).lower() in {"true", "1", "yes", "dirty"},
        release=labels.get(RELEASE_LABEL, ""),
        labelled=_first(labels, names.commit),
    )


def _first(values: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((values[name].strip() for name in names if values.get(name, "").strip()), "")


def _moment(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
