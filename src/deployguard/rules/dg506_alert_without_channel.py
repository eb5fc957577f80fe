"""# DG506: alert-without-channel

## What it does

Finds an alert policy that names no notification channel.

## Why it is bad

Its incidents are to be seen in the console, and nobody is told.

## Example

```toml
[alerts.orders-errors]
service = "orders"
severity = "ERROR"
rate-limit = "30m"
# channels is missing
```

## How to fix

Name a channel by what it is called in the console: `channels = ["Data team"]`. In a file `notificationChannels` lists
resource names; where a script passes `--notification-channels` to gcloud instead, say so beside the finding:
`# deployguard: ignore[DG506] the script passes the channel`.
"""

from __future__ import annotations

from collections.abc import Iterator

from deployguard.model.alert import Fault
from deployguard.model.finding import Finding, Severity
from deployguard.rules.alerting import found
from deployguard.rules.rule import AlertFacts, AlertRule


def _judge(facts: AlertFacts) -> Iterator[Finding]:
    for written in facts.policies:
        if written.policy.conditions and written.policy.enabled and not written.policy.channels:
            key = ("notificationChannels",) if not written.is_table else ("channels",)
            fault = Fault(key, "no notification channel: nobody is told when it fires")
            yield found((RULE.code, RULE.severity), written, fault, 'name one: channels = ["Data team"]')


RULE = AlertRule("DG506", "alert-without-channel", Severity.WARNING, __doc__ or "", _judge)
