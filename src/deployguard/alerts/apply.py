"""Making the policies of a project what is configured; done again, it changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from deployguard.alerts.channels import find_channels
from deployguard.alerts.plan import Existing
from deployguard.gcp.monitoring import Monitoring
from deployguard.model.alert import LivePolicy, Policy, Written
from deployguard.model.errors import CloudError
from deployguard.model.intent import Action, Intent, Outline


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an intent: `id` is the policy's, `failure` why it was not done, `note` what else happened."""

    intent: Intent
    id: str = ""
    failure: str = ""
    note: str = ""


def read_existing(monitoring: Monitoring, project: str) -> Existing:
    """Return what a project has.

    Raises:
        CloudError: it cannot be told.
    """
    return Existing(project, monitoring.policies(), monitoring.channels())


def apply_alerts(
    monitoring: Monitoring,
    outline: Outline,
    written: Mapping[str, Written],
    existing: Existing,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[Done, ...]:
    """Do what an outline without blockers says, one policy after the other; a failure does not stop the others."""
    done = []
    for intent in outline.changing:
        progress(intent.name)
        try:
            done.append(_do(monitoring, intent, written, existing))
        except CloudError as error:
            done.append(Done(intent, intent.id, str(error)))
    return tuple(done)


def _do(monitoring: Monitoring, intent: Intent, written: Mapping[str, Written], existing: Existing) -> Done:
    if intent.action is Action.DELETE:
        return _delete(monitoring, intent)
    policy = written[intent.name].policy
    channels, _ = find_channels(policy.channels, existing.channels)
    wanted = replace(policy, channels=tuple(each.id for each in channels))
    if intent.action is Action.UPDATE:
        monitoring.update(intent.id, wanted)
        return Done(intent, intent.id)
    return _create(monitoring, intent, wanted)


def _create(monitoring: Monitoring, intent: Intent, wanted: Policy) -> Done:
    """Look again before creating, and after: of two runs that create at once, the later one takes its policy back."""
    if held := _of_alert(monitoring, wanted):
        monitoring.update(held[0].id, wanted)
        return Done(intent, held[0].id, note="another run has just created it; updated")
    made = monitoring.create(wanted)
    held = _of_alert(monitoring, wanted)
    if held and made.id != held[0].id and any(one.id == made.id for one in held):
        monitoring.delete(made.id)
        return Done(intent, held[0].id, note="another run created it at the same time; theirs is kept")
    return Done(intent, made.id)


def _delete(monitoring: Monitoring, intent: Intent) -> Done:
    try:
        monitoring.delete(intent.id)
    except CloudError as error:
        if error.kind != "missing":
            raise
        return Done(intent, intent.id, note="it was gone already")
    return Done(intent, intent.id)


def _of_alert(monitoring: Monitoring, policy: Policy) -> tuple[LivePolicy, ...]:
    return Existing("", monitoring.policies(), ()).of_alert(policy.alert)
