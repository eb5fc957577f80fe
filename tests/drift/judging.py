"""Judging made-up services against a real repository, without a cloud."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from deployguard.config.load import load_project
from deployguard.drift.judge import Asked, judge
from deployguard.drift.narrow import Narrow
from deployguard.drift.shipped import Shipping
from deployguard.model.baseline import Baseline
from deployguard.model.drift import Judged
from deployguard.model.live import Live, LiveRevision, LiveService, Share, Stamp
from deployguard.model.service import Service
from deployguard.source.git import open_repository
from deployguard.source.history import History
from deployguard.source.lazy import Trees

ORDERS = """\
-- deployguard.toml --
[project]
id = "p"
region = "us-west2"

[services.orders]
kind = "function"
source = "orders"
entry-point = "handle"
-- orders/main.py --
def handle(request): return "ok"
"""
NOW = datetime(2099, 1, 1, tzinfo=UTC)
REGION = "us-west2"


def serving(name: str, revision: LiveRevision, region: str = REGION) -> LiveService:
    """A service that sends all requests to its one revision."""
    return LiveService(
        name=name,
        region=region,
        latest_created=revision.name,
        latest_ready=revision.name,
        traffic=(Share(revision.name, 100, latest=True),),
        serving=(revision,),
    )


def stamped(name: str, stamp: Stamp, region: str = REGION) -> LiveService:
    return serving(name, LiveRevision(f"{name}-00001", created=NOW, ready=True, stamp=stamp), region)


def judged(
    folder: Path,
    services: tuple[LiveService, ...],
    head: str = "HEAD",
    baselines: Mapping[str, Baseline] | None = None,
    *,
    strict_closure: bool = False,
) -> dict[str, Judged]:
    """Judge every configured service; what is not among `services` is not deployed."""
    history = History(open_repository(folder))
    try:
        commit = history.named(head)
        assert commit is not None
        project = load_project(Trees(history).at(commit), None)

        def baseline(service: Service) -> Baseline | None:
            return (baselines or {}).get(service.name)

        narrowing = Narrow(project) if strict_closure else None
        asked = Asked(project.services, True, NOW, baseline, narrowing)
        live = Live("p", tuple({one.region for one in services} | {REGION}), services)
        return {one.name: one for one in judge(live, Shipping(history, commit, project), asked)}
    finally:
        history.close()


def judged_at(
    folder: Path, base: str, *names: str, head: str = "HEAD", strict_closure: bool = False
) -> dict[str, Judged]:
    """Judge services that were all shipped at one commit."""
    services = tuple(stamped(name, Stamp(commit=base)) for name in names)
    return judged(folder, services, head, strict_closure=strict_closure)
