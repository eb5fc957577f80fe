"""What Cloud Monitoring refuses in an alert policy (its API reference, and what it answers; facts in docs/emulator.md)."""

from __future__ import annotations

import re
from typing import Any

from deployguard.emulator.logfilter import compiled
from deployguard.emulator.refusal import invalid

_METRIC = re.compile(r"""metric\.type\s*=\s*(?:starts_with\()?["']""")
_RESOURCE = re.compile(r"""resource\.type\s*=\s*|resource\.labels?\.|group\.id""")
_LABEL = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_LEAST_RATE_S = 300
_LEAST_CLOSE_S = 1800
_MOST_CONDITIONS = 6


def check(policy: Any) -> None:
    """Raise Refusal (400) for a policy that the real API would not take."""
    if not policy.display_name:
        raise invalid("Field alert_policy.display_name is required.")
    if not 1 <= len(policy.conditions) <= _MOST_CONDITIONS:
        raise invalid("Field alert_policy.conditions must have between 1 and 6 conditions.")
    if not policy.combiner:
        raise invalid("Field alert_policy.combiner must be set.")
    for key in policy.user_labels:
        if not _LABEL.fullmatch(key):
            raise invalid(
                f"Field alert_policy.user_labels: {key!r} must be lower case letters, digits, _ or -."
            )
    for number, condition in enumerate(policy.conditions):
        _check_condition(f"alert_policy.conditions[{number}]", condition)
    _check_strategy(policy)


def _check_condition(where: str, condition: Any) -> None:
    kind = condition.WhichOneof("condition")
    if not condition.display_name:
        raise invalid(f"Field {where}.display_name is required.")
    if kind is None:
        raise invalid(f"Field {where} has no condition type.")
    if kind == "condition_matched_log":
        if not condition.condition_matched_log.filter:
            raise invalid(f"Field {where}.condition_matched_log.filter is required.")
        compiled(condition.condition_matched_log.filter)
    elif kind in {"condition_threshold", "condition_absent"}:
        given = getattr(condition, kind).filter
        if "severity" in given or not _METRIC.search(given):
            raise invalid(
                f'Field {where}.{kind}.filter had an invalid value of {given!r}: must specify a restriction on "metric.type" in the filter.'
            )
        if not _RESOURCE.search(given):
            raise invalid(
                f'Field {where}.{kind}.filter had an invalid value of {given!r}: must specify a restriction on "resource.type" in the filter.'
            )


def _check_strategy(policy: Any) -> None:
    kinds = [condition.WhichOneof("condition") for condition in policy.conditions]
    strategy = policy.alert_strategy
    limited = strategy.HasField("notification_rate_limit")
    if "condition_matched_log" in kinds:
        if len(kinds) > 1:
            raise invalid("An alert policy with a log-match condition must have that one condition only.")
        if not limited:
            raise invalid(
                "Field alert_policy.alert_strategy.notification_rate_limit is required for log-based alert policies."
            )
        if strategy.notification_rate_limit.period.seconds < _LEAST_RATE_S:
            raise invalid(
                "Field alert_policy.alert_strategy.notification_rate_limit.period must be at least 300 s."
            )
    elif limited:
        raise invalid(
            "Field alert_policy.alert_strategy.notification_rate_limit: only log-based alert policies may specify a notification rate limit."
        )
    if strategy.HasField("auto_close") and strategy.auto_close.seconds < _LEAST_CLOSE_S:
        raise invalid("Field alert_policy.alert_strategy.auto_close must be at least 1800 s.")
