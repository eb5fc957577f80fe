"""What a deploy of one service would change, told without changing anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from deployguard.model.amounts import cpus, memory_bytes, seconds
from deployguard.model.drift import Judged, Verdict
from deployguard.model.live import LiveRevision, LiveService, Settings
from deployguard.model.release import Blocker, PlannedChange, ServicePlan
from deployguard.model.service import Service
from deployguard.model.stamp_names import MANAGED_LABEL, StampNames
from deployguard.release.order import table_of
from deployguard.release.variables import carried_variables, kept_variables, set_variables

# Its stamp is of what is wanted, and does not tell what runs: `gcloud run deploy --image` keeps the stamp as it was.
_STAMP_ALONE = frozenset({Verdict.MODIFIED, Verdict.DIRTY})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to serve: one service at a commit.

    `canary` are percentages, empty for all at once. `older`: the commit is an ancestor of the one that serves.
    `dropped` counts the commits that serve and are not in this one, where it is no ancestor.
    """

    service: Service
    region: str
    commit: str
    fingerprint: str
    names: StampNames
    canary: tuple[int, ...] = ()
    older: bool = False
    dropped: int = 0


def service_plan(
    wanted: Wanted, live: LiveService | None, judged: Judged | None, blockers: tuple[Blocker, ...]
) -> ServicePlan:
    """Compare what is wanted with what serves."""
    serving = live.serving[0] if live is not None and live.serving else None
    is_as_stamped = judged is None or judged.verdict not in _STAMP_ALONE
    changes = [
        *_changes(wanted, live, serving, is_as_stamped=is_as_stamped),
        *_inputs(wanted, serving, judged),
    ]
    if live is not None and serving is not None and (changes or _waits(live)):
        changes += _carried(wanted, live, serving)
    return ServicePlan(
        name=wanted.service.name,
        kind=wanted.service.kind,
        region=wanted.region,
        commit=wanted.commit,
        fingerprint=wanted.fingerprint,
        action=_action(live, changes, blockers),
        base=serving.name if serving else "",
        base_generation=live.generation if live else 0,
        serving=judged.serving if judged else None,
        older=wanted.older,
        behind=judged.behind if judged else 0,
        commits=judged.commits if judged else (),
        changes=tuple(changes),
        blockers=blockers,
        notes=tuple(_notes(wanted, live, judged)),
    )


def _action(live: LiveService | None, changes: Sequence[PlannedChange], blockers: tuple[Blocker, ...]) -> str:
    if live is None:
        return "unknown" if any(one.name == "cloud" for one in blockers) else "create"
    return "update" if changes else "none"


def _waits(live: LiveService) -> bool:
    """Tell whether the newest revision gets no requests, and is none that a release has left behind."""
    return not live.percent(live.latest_created) and not live.left_by


def _notes(wanted: Wanted, live: LiveService | None, judged: Judged | None) -> Iterator[str]:
    if judged is not None and judged.verdict is Verdict.NOT_SERVING:
        yield judged.reason
    if wanted.dropped:
        number = "1 commit" if wanted.dropped == 1 else f"{wanted.dropped} commits"
        yield f"what serves has {number} of its own, which {wanted.commit[:12]} does not contain: they go"
    for name in kept_variables(wanted.service, live):
        yield f'env {name}: the service has another value than the configuration, and keeps it; `enforce = ["env"]` sets it'


def _changes(
    wanted: Wanted, live: LiveService | None, serving: LiveRevision | None, *, is_as_stamped: bool
) -> Iterator[PlannedChange]:
    yield from _source(wanted, serving, is_as_stamped=is_as_stamped)
    yield from set_variables(wanted.service, wanted.names, live)
    if live is None:
        yield PlannedChange("labels", "", "+" + " +".join(_label_names(wanted.names)))
        return
    yield from _settings(wanted.service, live.template, live.ingress)
    yield from _traffic(wanted, live, serving, is_as_stamped=is_as_stamped)


def _source(wanted: Wanted, serving: LiveRevision | None, *, is_as_stamped: bool) -> Iterator[PlannedChange]:
    what = "source" if wanted.service.kind == "function" else "image"
    before = serving.stamp.fingerprint if serving else ""
    if before == wanted.fingerprint and not is_as_stamped:
        before = "changed by others"
    if before != wanted.fingerprint:
        yield PlannedChange(what, before or ("unknown" if serving else ""), wanted.fingerprint)


def _inputs(wanted: Wanted, serving: LiveRevision | None, judged: Judged | None) -> Iterator[PlannedChange]:
    """Name what the build reads and no fingerprint holds: earlier stages, requirements that do not arrive, submodules."""
    same = serving is not None and serving.stamp.fingerprint == wanted.fingerprint
    if same and judged is not None and judged.verdict is Verdict.STALE:
        yield PlannedChange(
            "build inputs", "", ", ".join(sorted({path for one in judged.commits for path in one.via}))
        )


def _settings(service: Service, template: Settings, ingress: str) -> Iterator[PlannedChange]:
    """Settings are applied at creation; later, those that the service lists under `enforce`."""
    given = _enforced(service)
    held = _held(template) | {"ingress": (ingress, str)}
    for name, (before, view) in held.items():
        if name in given and view(given[name]) != view(before):
            yield PlannedChange(name, _text(before), str(given[name]))


def _carried(wanted: Wanted, live: LiveService, serving: LiveRevision) -> Iterator[PlannedChange]:
    """Yield what comes along from the template, where others may have set what never served."""
    if _waits(live):
        yield PlannedChange("newest revision", f"{live.latest_created}, which others made", "the new one")
    yield from carried_variables(wanted.service, wanted.names, live)
    given, after = _enforced(wanted.service), _held(live.template)
    for name, (before, view) in _held(serving.settings).items():
        now = after[name][0]
        if name not in given and view(now) != view(before):
            yield PlannedChange(f"{name}, as it was set meanwhile", _text(before), _text(now) or "the usual")


def _enforced(service: Service) -> Mapping[str, object]:
    enforced = service.table.get("enforce")
    names = enforced if isinstance(enforced, tuple) else ()
    return {name: value for name, value in table_of(service, "settings").items() if name in names}


def _held(settings: Settings) -> dict[str, tuple[object, Callable[[object], object]]]:
    """Return the settings of a revision, each with what makes two ways to write it the same."""
    return {
        "memory": (settings.memory, memory_bytes),
        "cpu": (settings.cpu, cpus),
        "service-account": (settings.service_account, str),
        "min-instances": (settings.min_instances or 0, str),
        "max-instances": (settings.max_instances, str),
        "concurrency": (settings.concurrency, str),
        "timeout": (settings.timeout, seconds),
    }


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _traffic(
    wanted: Wanted, live: LiveService, serving: LiveRevision | None, *, is_as_stamped: bool
) -> Iterator[PlannedChange]:
    stamped = is_as_stamped and serving is not None and serving.stamp.fingerprint == wanted.fingerprint
    shares = [share for share in live.traffic if share.percent]
    if stamped and len(shares) == 1:
        return
    steps = ", then ".join(f"{step} %" for step in wanted.canary) or "100 %"
    before = ", ".join(f"{share.revision} {share.percent} %" for share in shares)
    yield PlannedChange("traffic", before, f"the new revision {steps}")


def _label_names(names: StampNames) -> tuple[str, ...]:
    return (names.commit[0], names.fingerprint[0], names.dirty[0], MANAGED_LABEL[0])


def in_order(services: Sequence[Service]) -> tuple[Service, ...]:
    """Return the services with each after those that its `after` names, otherwise in the order given."""
    left, placed = list(services), list[Service]()
    while left:
        waiting = {service.name for service in left}
        ready = [each for each in left if not waiting & set(each.after)] or left[:1]
        placed += ready
        left = [each for each in left if each not in ready]
    return tuple(placed)
