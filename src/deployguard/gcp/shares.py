"""Traffic of a Cloud Run service, as targets that name their revisions (google/cloud/run/v2/traffic_target.proto)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deployguard.gcp.names import short

LATEST, BY_NAME = 1, 2  # TrafficTargetAllocationType


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of a service. `revision` is "" where the tag follows the latest revision."""

    name: str
    revision: str


def shares_of(service: Any) -> dict[str, int]:
    """Return the percentage of each revision that gets requests now; `latest` is resolved to the revision it means."""
    ready = short(service.latest_ready_revision)
    shares: dict[str, int] = {}
    for target in _in_force(service):
        revision = short(target.revision) or ready
        if target.percent and revision:
            shares[revision] = shares.get(revision, 0) + target.percent
    return shares


def tags_of(service: Any) -> tuple[Tag, ...]:
    """Return the tags in force.

    A tag that was asked for and never came into force, since its revision failed, is left out: to ask for it again
    would fail every later change of traffic.
    """
    return tuple(
        Tag(target.tag, "" if target.type_ == LATEST else short(target.revision))
        for target in _in_force(service)
        if target.tag
    )


def send(service: Any, shares: Mapping[str, int], tags: Mapping[str, str]) -> None:
    """Ask for `shares`, each by the name of its revision, and for `tags`; other tags stay where they are."""
    kept = [tag for tag in tags_of(service) if tag.name not in tags]
    del service.traffic[:]
    for revision, percent in sorted(shares.items()):
        if percent:
            service.traffic.add(type_=BY_NAME, revision=revision, percent=percent)
    for tag in (*kept, *(Tag(name, revision) for name, revision in sorted(tags.items()))):
        service.traffic.add(type_=BY_NAME if tag.revision else LATEST, revision=tag.revision, tag=tag.name)


def _in_force(service: Any) -> Any:
    return service.traffic_statuses or service.traffic
