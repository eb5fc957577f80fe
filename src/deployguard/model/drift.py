"""Drift verdicts: whether what serves is what is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """One word for each service, the worst first: this is the order of the report."""

    UNKNOWN = "unknown"
    MISSING = "missing"
    FAILED = "failed"
    NOT_SERVING = "not-serving"
    SPLIT = "split"
    MODIFIED = "modified"
    DIRTY = "dirty"
    DIVERGED = "diverged"
    AHEAD = "ahead"
    STALE = "stale"
    UNSTAMPED = "unstamped"
    UNMANAGED = "unmanaged"
    EQUIVALENT = "equivalent"
    CURRENT = "current"


FRESH = frozenset({Verdict.CURRENT, Verdict.EQUIVALENT})


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that changes a service; `via` are the files of the repository by which it reached the service."""

    sha: str
    author: str
    date: datetime
    subject: str
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Serving:
    """The revision that gets the requests; `since` is when it was made."""

    revision: str
    commit: str = ""
    fingerprint: str = ""
    since: datetime | None = None
    percent: int = 100


@dataclass(frozen=True, slots=True)
class Judged:
    """One service with its verdict. `reason` is one line; `details` say more, `fix` is the command that mends it.

    `behind` counts the commits from the serving one to HEAD, `commits` are those that change the service, newest first.
    """

    name: str
    kind: str
    region: str
    verdict: Verdict
    reason: str = ""
    details: tuple[str, ...] = ()
    fix: str = ""
    serving: Serving | None = None
    behind: int = 0
    commits: tuple[Commit, ...] = ()


@dataclass(frozen=True, slots=True)
class DriftReport:
    """What `deployguard drift` found, worst first.

    `notes` say what limits the comparison (HEAD was not compared with the remote, which regions were asked, a
    runtime that is about to end). `blind` are reasons for which something could not be seen at all.
    """

    head: str
    branch: str
    taken: datetime
    services: tuple[Judged, ...]
    notes: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()
