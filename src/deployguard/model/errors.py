"""The one kind of exception that a user meets.

DeployguardError            what a person can mend: shown as one clear message, exit code 2
├── ConfigurationError      deployguard.toml, every error at once
├── SourceError             the repository or the revision cannot be read
├── CloudError              Google Cloud refused, or did not answer
└── UsageError              the command line asks for something that is not there
"""

from __future__ import annotations

from collections.abc import Iterable


class DeployguardError(Exception):
    """A clear message: place, cause, and what to do."""


class ConfigurationError(DeployguardError):
    """Everything that is wrong with the configuration, one line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class SourceError(DeployguardError):
    """Git, or what it should hold, is not there."""


class UsageError(DeployguardError):
    """The command line does not fit the project."""


class CloudError(DeployguardError):
    """Google Cloud refused, or did not answer.

    `kind`: `credentials`, `permission`, `missing` (404), `conflict` (409, 412, a stale etag), `quota` (429), `timeout`,
    `unavailable` (5xx, no connection), `refused` (everything else). `permission` is the missing one, where it was named.
    """

    def __init__(self, kind: str, message: str, permission: str = "") -> None:
        self.kind = kind
        self.permission = permission
        super().__init__(message)
