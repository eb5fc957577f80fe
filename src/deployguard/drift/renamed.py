"""A service that is missing and one that nobody configures may be the same one, under two names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deployguard.drift.shipped import Shipping
from deployguard.drift.stamped import written_in
from deployguard.drift.standing import Standing
from deployguard.model.live import LiveService
from deployguard.model.service import Service


def former_names(
    shipping: Shipping, missing: Sequence[Standing], strangers: Sequence[tuple[str, str, LiveService]]
) -> dict[str, str]:
    """Return, by the name of a missing service, that of the stranger which was shipped from the same place."""
    found: dict[str, str] = {}
    for _, name, live in strangers:
        for service in _shipped_as(shipping, name, live):
            found |= {
                each.service.name: name
                for each in missing
                if each.region == live.region and _place(each.service) == _place(service)
            }
    return found


def _shipped_as(shipping: Shipping, name: str, live: LiveService) -> Iterator[Service]:
    """Yield the service of this name in the configuration of the commit that serves."""
    for revision in live.serving[:1]:
        text = written_in(revision.stamp).commit
        commit = shipping.history.commit(text) if text else None
        project = shipping.project_at(commit) if isinstance(commit, str) else ""
        if not isinstance(project, str):
            yield from (service for service in project.services if service.name == name)


def _place(service: Service) -> tuple[str, str, str, str]:
    return service.kind, service.source, service.dockerfile, service.context
