"""# DG502: rate-limit-on-metric

## What it does

Finds an alert policy with a notification rate limit whose condition is not a log-match.

## Why it is bad

Cloud Monitoring refuses it: only log-based alert policies may have a notification rate limit.

## Example

```toml
[alerts.orders-5xx]
service = "orders"
condition = "metric"
metric = "error-ratio"
threshold = 0.05
rate-limit = "30m"      # refused
```

## How to fix

Remove `rate-limit` (`alertStrategy.notificationRateLimit` in a file). A metric that stays wrong is one incident, and an
incident tells once; `duration` says how long it must be wrong before it tells.
"""

from __future__ import annotations

from collections.abc import Iterator

from deployguard.model.alert import Fault, KeyPath, LogMatch, Written
from deployguard.model.finding import Finding, Severity
from deployguard.rules.alerting import found
from deployguard.rules.rule import AlertFacts, AlertRule


def _judge(facts: AlertFacts) -> Iterator[Finding]:
    for written in facts.policies:
        policy = written.policy
        of_logs = any(isinstance(condition.of, LogMatch) for condition in policy.conditions)
        if policy.strategy.rate_limit is not None and policy.conditions and not of_logs:
            fault = Fault(
                _key(written), "a rate limit goes with a log-match condition only; this one is refused"
            )
            yield found((RULE.code, RULE.severity), written, fault, "remove the rate limit")


def _key(written: Written) -> KeyPath:
    if written.is_table:
        return ("rate-limit",)
    limits = ("notificationRateLimit", "notification_rate_limit")
    return next((key for key in written.lines if key[-1:] and key[-1] in limits), ())


RULE = AlertRule("DG502", "rate-limit-on-metric", Severity.ERROR, __doc__ or "", _judge)
