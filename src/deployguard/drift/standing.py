"""Which of all that runs belongs to which configured service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from deployguard.model.live import Live, LiveFunction, LiveRevision, LiveService
from deployguard.model.service import Project, Service

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Standing:
    """A configured service and what was found of it.

    `blind` are the reasons for which something of it could not be seen; `run_seen` and `functions_seen` whether the
    lists it would stand in were read.
    """

    service: Service
    region: str
    live: LiveService | None = None
    function: LiveFunction | None = None
    blind: tuple[str, ...] = ()
    run_seen: bool = True
    functions_seen: bool = True

    @property
    def serving(self) -> tuple[LiveRevision, ...]:
        """The revisions that get requests, most first."""
        live = self.live
        named = [each for each in live.serving if each.name] if live else []  # none was ever ready: no name
        return tuple(sorted(named, key=lambda each: -live.percent(each.name) if live else 0))


def regions_of(project: Project, services: Iterable[Service]) -> tuple[str, ...]:
    """Return the regions of these services, sorted."""
    return tuple(sorted({project.region_of(service) for service in services} - {""}))


def standings(project: Project, services: Sequence[Service], live: Live) -> tuple[Standing, ...]:
    """Find each service in what was read."""
    found = _Found(live)
    return tuple(found.standing(service, project.region_of(service)) for service in services)


def strangers(live: Live, standing: Sequence[Standing]) -> tuple[tuple[str, str, LiveService], ...]:
    """Return what runs in the asked regions and is not configured: kind, name, and the service."""
    own = {(each.region, each.live.name) for each in standing if each.live}
    names = {(each.region, each.service.name) for each in standing}
    others = [each for each in live.services if (each.region, each.name) not in own]
    return tuple(
        ("function" if each.function else "run", each.function or each.name, each)
        for each in others
        if (each.region, each.function or each.name) not in names
    )


class _Found:
    def __init__(self, live: Live) -> None:
        self.services = {(each.region, each.name): each for each in live.services}
        self.under = {(each.region, each.function): each for each in live.services if each.function}
        self.functions = {(each.region, each.name): each for each in live.functions}
        self.blind = {(each.region, each.api): each.reason for each in live.blind}

    def standing(self, service: Service, region: str) -> Standing:
        reasons = [self.blind.get((region, "run"))]
        function = None
        if service.kind == "function":
            reasons.append(self.blind.get((region, "functions")))
            function = self.first(self.functions, region, service)
        return Standing(
            service,
            region,
            self.below(function, service, region),
            function,
            tuple(reason for reason in reasons if reason),
            (region, "run") not in self.blind,
            (region, "functions") not in self.blind,
        )

    def below(self, function: LiveFunction | None, service: Service, region: str) -> LiveService | None:
        """Return the Cloud Run service, which is named unlike its function where that has underscores."""
        if function is not None and function.service:
            return self.services.get((region, function.service))
        if service.kind == "function":
            return self.first(self.under, region, service) or self.first(self.services, region, service)
        return self.first(self.services, region, service)

    @staticmethod
    def first(named: Mapping[tuple[str, str], _T], region: str, service: Service) -> _T | None:
        """Google takes no underscores: a service named like its folder can only be the one with hyphens."""
        return named.get((region, service.name)) or named.get((region, service.name.replace("_", "-")))
