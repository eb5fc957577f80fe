"""Alert policies: what is written, what exists, and what stands between a policy and the person it should wake.

Durations are in seconds everywhere. Forms and limits are those of Cloud Monitoring API v3, projects.alertPolicies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

KeyPath = tuple[str | int, ...]

ALERT_LABEL = "deployguard-alert"
SERVICE_LABEL = "service"
LEAST_RATE_S, MOST_RATE_S = 300, 172_800
LEAST_CLOSE_S, MOST_CLOSE_S = 1_800, 604_800


@dataclass(frozen=True, slots=True)
class LogMatch:
    """A condition that a single log entry fulfils."""

    filter: str


class Aggregation(NamedTuple):
    """How points of a metric become one number: aligned over `period`, then reduced over `by`."""

    period: int
    aligner: str
    reducer: str = ""
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Metric:
    """A condition on a metric that is on the wrong side of a threshold for `duration`.

    `comparison` is the API's word without its prefix: `GT`, `LT`. `denominator` is the filter of what the metric is
    divided by, "" for nothing.
    """

    filter: str
    comparison: str = "GT"
    threshold: float = 0.0
    duration: int = 0
    aggregations: tuple[Aggregation, ...] = ()
    denominator: str = ""
    denominator_aggregations: tuple[Aggregation, ...] = ()


@dataclass(frozen=True, slots=True)
class Foreign:
    """A condition of a kind that deployguard does not write: absence, MQL, PromQL, SQL. `filter` is "" without one."""

    kind: str
    filter: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a policy, under the name that an incident shows."""

    name: str
    of: LogMatch | Metric | Foreign


@dataclass(frozen=True, slots=True)
class Strategy:
    """How often it tells, and when an incident closes by itself; None where nothing is said."""

    rate_limit: int | None = None
    auto_close: int | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """An alert policy. `channels` are display names where it is wanted, resource names where it is written for gcloud."""

    display_name: str
    conditions: tuple[Condition, ...]
    strategy: Strategy = Strategy()
    combiner: str = "OR"
    channels: tuple[str, ...] = ()
    documentation: str = ""
    enabled: bool = True
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def alert(self) -> str:
        """The alert that it was made for, as its label says; "" for a policy of others."""
        return dict(self.labels).get(ALERT_LABEL, "")

    @property
    def services(self) -> tuple[str, ...]:
        """The service of its label, if there is one."""
        named = dict(self.labels).get(SERVICE_LABEL, "")
        return (named,) if named else ()


class Fault(NamedTuple):
    """Something malformed: the key's path from the top of the policy, and what is wrong about it.

    `certain` is False where it may be right after all, as a key that a newer API knows.
    """

    key: KeyPath
    message: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """A policy as it is written down: in a table `[alerts.NAME]`, or in a file that gcloud takes.

    `name` is the table's, or the file's. `key` says what its lines count from. `policy` holds what could be read; where
    `faults` are, that may be less than was meant. `service` is the configured service it speaks of, "" for any.
    `unknown` is why it could not be read at all.
    """

    name: str
    path: str
    policy: Policy
    is_table: bool = False
    service: str = ""
    faults: tuple[Fault, ...] = ()
    unknown: str = ""
    key: KeyPath = ()
    lines: Mapping[KeyPath, int] = field(default_factory=dict, repr=False, compare=False)

    def line(self, *key: str | int) -> int:
        """Return the line of a key, or of the nearest one around it; 0 where no lines are known."""
        path = (*self.key, *key)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)


@dataclass(frozen=True, slots=True)
class Channel:
    """A notification channel. `id` is its resource name; `verified` is None where its kind needs no verification."""

    id: str
    display_name: str
    kind: str
    enabled: bool = True
    verified: bool | None = None


@dataclass(frozen=True, slots=True)
class LivePolicy:
    """A policy that exists; its channels are resource names.

    `created` orders policies of one label: the oldest is the one that is kept.
    """

    id: str
    policy: Policy
    created: float = 0.0
