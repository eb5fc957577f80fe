"""Whether a marker (PEP 508) holds on a runtime, never on this machine."""

from __future__ import annotations

from functools import cache

from deployguard.model.runtime import Runtime


class UnreadableMarkerError(ValueError):
    """The marker cannot be evaluated; the message says why."""


@cache
def holds(marker: str, runtime: Runtime) -> bool:
    """Evaluate a marker; no marker always holds, and no extra is asked for.

    Raises:
        UnreadableMarkerError: it compares what cannot be compared, or names an unknown variable.
    """
    if not marker:
        return True
    from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName
    from packaging.version import InvalidVersion

    try:
        return Marker(marker).evaluate({**runtime.marker_environment, "extra": ""})
    except (
        InvalidMarker,
        UndefinedComparison,
        UndefinedEnvironmentName,
        InvalidVersion,
        RecursionError,
    ) as error:
        raise UnreadableMarkerError(f"cannot evaluate the marker {marker!r}: {error}") from error
