"""Traffic of a Run service: what may be asked for, who gets it, and at which address."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from google.cloud import run_v2

from deployguard.emulator.refusal import Refusal, invalid

LATEST = run_v2.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST
BY_NAME = run_v2.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION
_TAG = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_LONGEST_TAG_AND_NAME = 46


def fill(service: Any) -> None:
    """Send everything to the latest revision where nothing else is asked for."""
    if not service.traffic:
        service.traffic.add(type_=LATEST, percent=100)
    for target in service.traffic:
        if not target.type_:
            target.type_ = BY_NAME if target.revision else LATEST


def check(service: Any, revisions: Collection[str]) -> None:
    """Raise Refusal for traffic that Cloud Run would not take; `revisions` are the short names that exist."""
    if sum(target.percent for target in service.traffic) != 100:
        raise invalid("traffic: the percentages must add up to 100")
    tags: set[str] = set()
    for index, target in enumerate(service.traffic):
        where = f"traffic[{index}]"
        if target.type_ == LATEST and target.revision:
            raise invalid(f"{where}: a target of the latest revision names none")
        if target.type_ == BY_NAME and target.revision not in revisions:
            raise Refusal("NOT_FOUND", f"{where}: Revision '{target.revision}' not found")
        if target.percent < 0 or not (target.percent or target.tag):
            raise invalid(f"{where}: a target needs a percentage or a tag")
        _check_tag(where, target.tag, tags, service.name.rpartition("/")[2])


def _check_tag(where: str, tag: str, seen: set[str], service: str) -> None:
    if not tag:
        return
    if tag in seen:
        raise invalid(f"{where}: the tag '{tag}' is given twice")
    if not _TAG.fullmatch(tag) or len(tag) + len(service) > _LONGEST_TAG_AND_NAME:
        raise invalid(
            f"{where}: the tag '{tag}' must be lower case letters, digits and hyphens, and have at most "
            f"{_LONGEST_TAG_AND_NAME} characters together with the service's name"
        )
    seen.add(tag)


def address_of(address: str, service: str, tag: str = "") -> str:
    """Return where a service, or one of its tags, answers; `service` is the full name."""
    _, project, _, region, _, name = service.split("/")
    return f"{address}/run/{project}/{region}/{f'{tag}---{name}' if tag else name}"


def statuses(service: Any, address: str) -> list[Any]:
    """Return the traffic as it is in force."""
    return [
        run_v2.TrafficTargetStatus.pb()(
            type_=target.type_,
            revision=target.revision,
            percent=target.percent,
            tag=target.tag,
            uri=address_of(address, service.name, target.tag) if target.tag else "",
        )
        for target in service.traffic
    ]


def weights(service: Any) -> list[tuple[str, int]]:
    """Return (full revision name, percent) of the traffic in force; empty when nothing serves yet."""
    return [
        (_revision(service, status), status.percent)
        for status in service.traffic_statuses
        if status.percent and _revision(service, status)
    ]


def tagged(service: Any, tag: str) -> str:
    """Return the full name of the revision behind a tag, "" when there is none."""
    return next((_revision(service, status) for status in service.traffic_statuses if status.tag == tag), "")


def serving(service: Any) -> set[str]:
    """Return the full names of the revisions that traffic or a tag can reach."""
    return {_revision(service, status) for status in service.traffic_statuses} - {""}


def _revision(service: Any, status: Any) -> str:
    if status.type_ == LATEST:
        return str(service.latest_ready_revision)
    return f"{service.name}/revisions/{status.revision}"
