"""What differs between a policy as it is wanted and as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deployguard.model.alert import Aggregation, Condition, Foreign, LogMatch, Metric, Policy
from deployguard.model.release import PlannedChange

_NOTHING = ""


def changes(wanted: Policy, held: Policy | None) -> tuple[PlannedChange, ...]:
    """Return the changes that make `held` what is `wanted`; None is no policy yet. Labels of others are no difference."""
    before = dict(_shown(held)) if held is not None else {}
    after = dict(_shown(wanted))
    labels = dict(held.labels) if held is not None else {}
    listed = [
        *(
            PlannedChange(what, before.get(what, _NOTHING), after.get(what, _NOTHING))
            for what in dict.fromkeys((*after, *before))
        ),
        *(PlannedChange(f"label {key}", labels.get(key, _NOTHING), value) for key, value in wanted.labels),
    ]
    return tuple(one for one in listed if one.before != one.after)


def _shown(policy: Policy) -> Iterator[tuple[str, str]]:
    yield "display-name", policy.display_name
    yield "enabled", _word(policy.enabled)
    yield "channels", ", ".join(sorted(policy.channels))
    for number, condition in enumerate(policy.conditions):
        where = f"condition {number + 1}" if number else "condition"
        for what, text in _condition(condition).items():
            yield f"{where} {what}".strip(), text
    yield "combiner", policy.combiner
    yield "rate-limit", _seconds(policy.strategy.rate_limit)
    yield "auto-close", _seconds(policy.strategy.auto_close)
    yield "documentation", policy.documentation


def _condition(condition: Condition) -> Mapping[str, str]:
    named = {"name": condition.name}
    match condition.of:
        case LogMatch(text):
            return {**named, "kind": "log-match", "filter": text}
        case Metric() as metric:
            return {
                **named,
                "kind": "metric",
                "filter": metric.filter,
                "denominator": metric.denominator,
                "comparison": metric.comparison,
                "threshold": f"{metric.threshold:g}",
                "duration": _seconds(metric.duration),
                "aggregation": _aggregations(metric.aggregations),
                "denominator aggregation": _aggregations(metric.denominator_aggregations),
            }
        case Foreign(kind, text):
            return {**named, "kind": kind, "filter": text}


def _aggregations(given: tuple[Aggregation, ...]) -> str:
    return "; ".join(
        " ".join(filter(None, [each.aligner, f"{each.period}s", each.reducer, *each.by])) for each in given
    )


def _seconds(amount: int | None) -> str:
    return "" if amount is None else f"{amount}s"


def _word(flag: bool) -> str:
    return "true" if flag else "false"
