"""Who watches a service: the policies whose filter its log entries or metrics could match."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from deployguard.alerts.channels import channel_name
from deployguard.alerts.plan import Existing, is_ours
from deployguard.gcp.logfilter.judging import possible
from deployguard.gcp.logfilter.parts import FilterError
from deployguard.gcp.logfilter.reading import parse
from deployguard.model.alert import Condition, LivePolicy, Policy
from deployguard.model.service import Project
from deployguard.rules.alerting import as_run


@dataclass(frozen=True, slots=True)
class Watcher:
    """One policy as it concerns a service. `channels` are display names, `silent` those that would tell nobody.

    `kind` is `log-match`, `metric` or what the API calls another; `ours` says that deployguard made it.
    """

    id: str
    display_name: str
    enabled: bool
    ours: bool
    kinds: tuple[str, ...]
    channels: tuple[str, ...]
    silent: tuple[str, ...]

    @property
    def tells(self) -> bool:
        """Whether a person hears of it when it fires."""
        return self.enabled and len(self.channels) > len(self.silent)


@dataclass(frozen=True, slots=True)
class Watch:
    """A service with the policies that watch it."""

    service: str
    watchers: tuple[Watcher, ...]

    @property
    def is_told(self) -> bool:
        return any(each.tells for each in self.watchers)


def watches(project: Project, existing: Existing, names: tuple[str, ...]) -> tuple[Watch, ...]:
    """Return who watches each of the named services."""
    return tuple(
        Watch(
            name, tuple(_watcher(one, existing) for one in existing.policies if could_fire(one.policy, name))
        )
        for name in names
        if any(service.name == name for service in project.services)
    )


def could_fire(policy: Policy, service: str) -> bool:
    """Tell whether anything that a service logs or measures could fulfil a condition of a policy.

    A filter that names no resource could be anybody's; what has no filter that we can read is nobody's.
    """
    return any(_speaks_of(condition, service) for condition in policy.conditions)


def _speaks_of(condition: Condition, service: str) -> bool:
    try:
        return (
            bool(condition.of.filter) and possible(parse(condition.of.filter), as_run(service)) is not False
        )
    except FilterError:
        return False


def _watcher(live: LivePolicy, existing: Existing) -> Watcher:
    policy = live.policy
    return Watcher(
        live.id,
        policy.display_name,
        policy.enabled,
        is_ours(policy),
        tuple(dict.fromkeys(_kind(condition) for condition in policy.conditions)),
        tuple(channel_name(each, existing.channels) for each in policy.channels),
        tuple(_silent(policy, existing)),
    )


def _silent(policy: Policy, existing: Existing) -> Iterator[str]:
    held = {each.id: each for each in existing.channels}
    for identity in policy.channels:
        channel = held.get(identity)
        if channel is None:
            yield f"{identity}: gone"
        elif not channel.enabled:
            yield f"{channel.display_name}: disabled"
        elif channel.verified is False:
            yield f"{channel.display_name}: never verified"


def _kind(condition: Condition) -> str:
    match type(condition.of).__name__:
        case "LogMatch":
            return "log-match"
        case "Metric":
            return "metric"
        case _:
            return str(getattr(condition.of, "kind", "other"))
