"""Commands that run as a Cloud Run job, and the Cloud Scheduler entries that start them."""

from __future__ import annotations

from dataclasses import dataclass

SCHEDULE_LABEL = "deployguard-schedule"
REPOSITORY_VARIABLE = "DEPLOYGUARD_REPOSITORY"


@dataclass(frozen=True, slots=True)
class RunJob:
    """A Cloud Run job of one container. `timeout` is in seconds; `account` is "" for the project's own.

    `repository` is the URL that the job clones first. `ours` says that deployguard made it, by its label.
    """

    name: str
    image: str
    arguments: tuple[str, ...]
    account: str = ""
    repository: str = ""
    timeout: int = 1800
    retries: int = 0
    ours: bool = True


@dataclass(frozen=True, slots=True)
class Clock:
    """A Cloud Scheduler job: when it fires, and what it calls. `target` is a URL, or `topic NAME`, or `app engine`.

    `account` signs the call. `ours` says that deployguard made it, by its description: these jobs have no labels.
    """

    name: str
    cron: str
    timezone: str
    target: str
    account: str = ""
    state: str = "ENABLED"
    ours: bool = True
