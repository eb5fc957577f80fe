"""# DG507: service-without-alert

## What it does

Names the services that no enabled alert policy watches, neither in deployguard.toml nor in the files that `policy-files`
of `[check]` names. `deployguard alerts validate` judges it; `deployguard check` does so on request alone
(`--select DG507`), and there knows the policies of deployguard.toml only.

## Why it is bad

Nobody is told when the service fails. An orchestrator that crashed in a loop for two days had no alert.

## Example

```toml
[services.orders]
kind = "function"
source = "functions/orders"
# and no [alerts.NAME] has service = "orders"
```

## How to fix

Add an alert, or say that it needs none: `ignore = ["DG507"]` in the service's table.

```toml
[alerts.orders-errors]
service = "orders"
severity = "ERROR"
rate-limit = "30m"
channels = ["Data team"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from deployguard.gcp.logfilter.judging import possible
from deployguard.gcp.logfilter.parts import Comparison, Filter, leaves
from deployguard.model.alert import LogMatch
from deployguard.model.finding import Finding, Severity
from deployguard.rules.alerting import as_run, watched
from deployguard.rules.rule import AlertFacts, AlertRule


def _judge(facts: AlertFacts) -> Iterator[Finding]:
    filters = [
        each.filter
        for written in facts.policies
        if written.policy.enabled
        for each in watched(written)
        if each.filter is not None and (isinstance(each.of, LogMatch) or _is_on_metric(each.filter))
    ]
    linked = {written.service for written in facts.policies if written.is_table and written.policy.enabled}
    for service in facts.project.services:
        if service.name in linked or any(possible(one, as_run(service.name)) is not False for one in filters):
            continue
        if not any(_is_for_this(pattern) for pattern in service.ignore):
            yield Finding(
                code=RULE.code,
                severity=RULE.severity,
                subject=service.name,
                path=facts.project.path,
                line=service.line,
                message=f"no alert policy watches `{service.name}`",
                advice=f'add [alerts.{service.name}-errors] with service = "{service.name}"',
            )


def _is_on_metric(read: Filter) -> bool:
    """Tell whether a filter names a metric: one that does not (DG504) watches nothing."""
    return any(isinstance(leaf, Comparison) and leaf.field == ("metric", "type") for leaf in leaves(read))


def _is_for_this(pattern: str) -> bool:
    return RULE.code.startswith(pattern.partition(":")[0].strip().upper())


RULE = AlertRule("DG507", "service-without-alert", Severity.WARNING, __doc__ or "", _judge, default=False)
