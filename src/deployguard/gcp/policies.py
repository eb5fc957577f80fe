"""Alert policies to and from messages of google/monitoring/v3/alert.proto."""

from __future__ import annotations

from typing import Any

from deployguard.model.alert import (
    Aggregation,
    Condition,
    Foreign,
    LivePolicy,
    LogMatch,
    Metric,
    Policy,
    Strategy,
)

UPDATED_FIELDS = (
    *("display_name", "documentation", "user_labels", "conditions", "combiner", "enabled"),
    *("notification_channels", "alert_strategy"),
)


def live_policy(message: Any) -> LivePolicy:
    """Read an `AlertPolicy`; its channels are resource names."""
    strategy = message.alert_strategy
    limit = (
        strategy.notification_rate_limit.period.seconds
        if strategy.HasField("notification_rate_limit")
        else None
    )
    policy = Policy(
        display_name=message.display_name,
        conditions=tuple(_condition(one) for one in message.conditions),
        strategy=Strategy(limit, strategy.auto_close.seconds if strategy.HasField("auto_close") else None),
        combiner=type(message).ConditionCombinerType.Name(message.combiner),
        channels=tuple(message.notification_channels),
        documentation=message.documentation.content,
        enabled=message.enabled.value if message.HasField("enabled") else True,
        labels=tuple(sorted(message.user_labels.items())),
    )
    created = message.creation_record.mutate_time
    return LivePolicy(message.name, policy, created.seconds + created.nanos / 1e9)


def put_policy(message: Any, policy: Policy) -> None:
    """Put a policy into an `AlertPolicy`, over what it holds: other labels and unknown fields stay.

    A condition keeps its name, so that its open incident is not closed by a change.
    """
    message.display_name = policy.display_name
    message.combiner = type(message).ConditionCombinerType.Value(policy.combiner)
    message.enabled.value = policy.enabled
    message.user_labels.update(dict(policy.labels))
    del message.notification_channels[:]
    message.notification_channels.extend(policy.channels)
    if message.documentation.content != policy.documentation:
        message.documentation.content = policy.documentation
        message.documentation.mime_type = "text/markdown"
    _put_strategy(message.alert_strategy, policy.strategy)
    if len(message.conditions) != len(policy.conditions):
        del message.conditions[:]
        for _ in policy.conditions:
            message.conditions.add()
    for held, wanted in zip(message.conditions, policy.conditions, strict=True):
        _put_condition(held, wanted)


def _put_strategy(message: Any, strategy: Strategy) -> None:
    message.ClearField("notification_rate_limit")
    message.ClearField("auto_close")
    if strategy.rate_limit is not None:
        message.notification_rate_limit.period.seconds = strategy.rate_limit
    if strategy.auto_close is not None:
        message.auto_close.seconds = strategy.auto_close


def _put_condition(message: Any, condition: Condition) -> None:
    message.display_name = condition.name
    match condition.of:
        case LogMatch(text):
            message.condition_matched_log.filter = text
        case Metric() as metric:
            _put_metric(message.condition_threshold, metric)
        case Foreign():
            return


def _put_metric(message: Any, metric: Metric) -> None:
    message.filter = metric.filter
    message.denominator_filter = metric.denominator
    message.comparison = {"GT": 1, "LT": 3}[metric.comparison]  # ComparisonType
    message.threshold_value = metric.threshold
    message.duration.seconds = metric.duration
    _put_aggregations(message.aggregations, metric.aggregations)
    _put_aggregations(message.denominator_aggregations, metric.denominator_aggregations)


def _put_aggregations(message: Any, aggregations: tuple[Aggregation, ...]) -> None:
    from google.cloud import monitoring_v3

    del message[:]
    for one in aggregations:
        below = message.add()
        below.alignment_period.seconds = one.period
        below.per_series_aligner = monitoring_v3.Aggregation.Aligner[one.aligner]
        below.group_by_fields.extend(one.by)
        if one.reducer:
            below.cross_series_reducer = monitoring_v3.Aggregation.Reducer[one.reducer]


def _condition(message: Any) -> Condition:
    match message.WhichOneof("condition"):
        case "condition_matched_log":
            return Condition(message.display_name, LogMatch(message.condition_matched_log.filter))
        case "condition_threshold":
            return Condition(message.display_name, _metric(message.condition_threshold))
        case "condition_absent":
            return Condition(
                message.display_name, Foreign("condition_absent", message.condition_absent.filter)
            )
        case kind:
            return Condition(message.display_name, Foreign(str(kind)))


def _metric(message: Any) -> Metric:
    return Metric(
        filter=message.filter,
        comparison={1: "GT", 3: "LT"}.get(message.comparison, str(message.comparison)),
        threshold=message.threshold_value,
        duration=message.duration.seconds,
        aggregations=_aggregations(message.aggregations),
        denominator=message.denominator_filter,
        denominator_aggregations=_aggregations(message.denominator_aggregations),
    )


def _aggregations(message: Any) -> tuple[Aggregation, ...]:
    from google.cloud import monitoring_v3

    return tuple(
        Aggregation(
            one.alignment_period.seconds,
            monitoring_v3.Aggregation.Aligner(one.per_series_aligner).name,
            monitoring_v3.Aggregation.Reducer(one.cross_series_reducer).name
            if one.cross_series_reducer
            else "",
            tuple(one.group_by_fields),
        )
        for one in message
    )
