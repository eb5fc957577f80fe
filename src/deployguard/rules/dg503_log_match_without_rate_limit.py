"""# DG503: log-match-without-rate-limit

## What it does

Finds an alert policy with a log-match condition and no notification rate limit.

## Why it is bad

Cloud Monitoring refuses it. The limit is what keeps a crash loop from sending a message for each line of its log.

## Example

```toml
[alerts.orders-errors]
service = "orders"
severity = "ERROR"
channels = ["Data team"]
# rate-limit is missing
```

## How to fix

Add `rate-limit = "30m"`; in a file, `alertStrategy: {notificationRateLimit: {period: 1800s}}`.
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
        if policy.strategy.rate_limit is not None or _is_noted(written):
            continue
        for number, condition in enumerate(policy.conditions):
            if isinstance(condition.of, LogMatch):
                key: KeyPath = () if written.is_table else ("conditions", number)
                fault = Fault(key, "a log-match condition needs a rate limit; without one it is refused")
                yield found((RULE.code, RULE.severity), written, fault, _ADVICE[written.is_table])


def _is_noted(written: Written) -> bool:
    """Tell whether there is a rate limit that could not be read, which is said already."""
    words = {"period", "notificationRateLimit", "notification_rate_limit", "alertStrategy", "alert_strategy"}
    return any(words & set(fault.key) for fault in written.faults)


_ADVICE = {
    True: 'add: rate-limit = "30m"',
    False: "add: alertStrategy.notificationRateLimit.period: 1800s",
}


RULE = AlertRule("DG503", "log-match-without-rate-limit", Severity.ERROR, __doc__ or "", _judge)
