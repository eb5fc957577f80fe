"""Why a release does not go on."""

from __future__ import annotations

from deployguard.model.errors import DeployguardError


class StepFailedError(DeployguardError):
    """What is shipped is not fit to serve, or something stands in the way; the message says what to do."""


class DoubtError(DeployguardError):
    """It cannot be told whether it is fit to serve."""


class MovedError(DeployguardError):
    """Somebody else changed the service meanwhile."""


class UnfinishedError(DeployguardError):
    """An operation goes on beyond its time limit, and touches nothing that serves: the same command takes it up."""


class InterruptedReleaseError(Exception):
    """A person asked for the end (SIGINT, SIGTERM)."""
