"""Why a release does not go on."""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.errors import DeployguardError


class StepFailedError(DeployguardError):
    """What is shipped is not fit to serve, or something stands in the way; the message says what to do.

    `said` are lines of a log, for the person at the screen alone: a program may write its secrets there, and the
    journal keeps `reason`, the message without them.
    """

    def __init__(self, reason: str, said: Iterable[str] = ()) -> None:
        super().__init__("\n".join([reason, *said]))
        self.reason = reason


class DoubtError(DeployguardError):
    """It cannot be told whether it is fit to serve."""


class MovedError(DeployguardError):
    """Somebody else changed the service meanwhile."""


class UnfinishedError(DeployguardError):
    """An operation goes on beyond its time limit, and touches nothing that serves: the same command takes it up."""


class InterruptedReleaseError(Exception):
    """A person asked for the end (SIGINT, SIGTERM)."""
