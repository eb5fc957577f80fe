"""What applying the configured alerts would change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from deployguard.alerts.channels import channel_name, find_channels
from deployguard.alerts.compare import changes
from deployguard.model.alert import Channel, LivePolicy, Policy, Written
from deployguard.model.intent import Action, Intent, Outline
from deployguard.model.stamp_names import MANAGED_LABEL

KIND = "policy"


@dataclass(frozen=True, slots=True)
class Existing:
    """What a project has, as read at one moment; policies are the oldest first."""

    project: str
    policies: tuple[LivePolicy, ...]
    channels: tuple[Channel, ...]

    def of_alert(self, label: str) -> tuple[LivePolicy, ...]:
        """Return our policies of an alert: more than one where two runs, or a copy in the console, made a second."""
        return tuple(one for one in self.policies if is_ours(one.policy) and one.policy.alert == label)

    def named(self, policy: Policy) -> Policy:
        """Return a policy with the display names of its channels in the place of their resource names."""
        return replace(policy, channels=tuple(channel_name(each, self.channels) for each in policy.channels))


def is_ours(policy: Policy) -> bool:
    """Tell whether deployguard made a policy, by its labels."""
    return MANAGED_LABEL in policy.labels and bool(policy.alert)


def plan_alerts(
    written: Iterable[Written], existing: Existing, *, whole: bool = True, prune: bool = False
) -> Outline:
    """Return what would become of the policies of `written`.

    Where they are the `whole` of what is configured, ours for other alerts are named, and deleted with `prune`.
    """
    wanted = tuple(written)
    intents = [intent_of(one, existing) for one in wanted]
    twins = [(one, extra) for one in wanted for extra in existing.of_alert(one.policy.alert)[1:]]
    ours = [one for one in existing.policies if is_ours(one.policy)]
    labels = {one.policy.alert for one in wanted}
    left = [one for one in ours if whole and one.policy.alert not in labels]
    removed = [_deletion(one.name, extra, "a second policy of the same alert") for one, extra in twins]
    removed += [_deletion(one.policy.alert, one, "no longer configured") for one in left]
    return Outline(
        existing.project,
        (*intents, *(removed if prune else ())),
        foreign=len(existing.policies) - len(ours),
        notes=() if prune else tuple(_left(one) for one in left),
        unsettled=() if prune else tuple(_twin(one.name, extra) for one, extra in twins),
    )


def intent_of(written: Written, existing: Existing) -> Intent:
    """Return what would become of one policy: of the oldest where there are several."""
    policy = written.policy
    found, faults = find_channels(policy.channels, existing.channels)
    shown = replace(policy, channels=tuple(each.display_name or each.id for each in found))
    held = existing.of_alert(policy.alert)
    if not held:
        return Intent(
            Action.CREATE,
            KIND,
            written.name,
            changes=changes(shown, None),
            blockers=faults,
            notes=_namesakes(policy, existing),
        )
    differing = changes(shown, existing.named(held[0].policy))
    action = Action.UPDATE if differing else Action.NONE
    return Intent(action, KIND, written.name, held[0].id, differing, faults)


def _namesakes(policy: Policy, existing: Existing) -> tuple[str, ...]:
    same = [
        one.id
        for one in existing.policies
        if not is_ours(one.policy) and one.policy.display_name == policy.display_name
    ]
    return tuple(f"a policy of others is called the same: {identity}; it stays" for identity in same)


def _deletion(name: str, held: LivePolicy, why: str) -> Intent:
    return Intent(Action.DELETE, KIND, name, held.id, notes=(f"{held.policy.display_name}: {why}",))


def _left(held: LivePolicy) -> str:
    return f"ours, and no longer configured: {held.policy.display_name} ({held.id}); --prune deletes it"


def _twin(name: str, held: LivePolicy) -> str:
    return f"{name} has a second policy, {held.id} ({held.policy.display_name}): it tells twice; --prune deletes it"
