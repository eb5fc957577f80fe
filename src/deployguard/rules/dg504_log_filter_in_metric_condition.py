"""# DG504: log-filter-in-metric-condition

## What it does

Finds a condition on a metric (a threshold, or an absence) whose filter is one for logs, or does not say which metric and
which type of resource it means.

## Why it is bad

Cloud Monitoring refuses it. A severity is nothing that a metric has: who writes `severity>=ERROR` there means a
log-match condition, or a metric that is made from logs.

## Example

```yaml
conditionThreshold:
  filter: resource.type="cloud_run_revision" AND severity>=ERROR   # a log filter
  comparison: COMPARISON_GT
```

## How to fix

Use `conditionMatchedLog` with this filter (in deployguard.toml: no `condition`, and `severity = "ERROR"`), or name a
metric: `metric.type = "run.googleapis.com/request_count" AND resource.type = "cloud_run_revision"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from deployguard.gcp.logfilter.parts import Comparison, Filter, leaves
from deployguard.model.alert import Fault, LogMatch
from deployguard.model.finding import Finding, Severity
from deployguard.rules.alerting import filter_key, found, watched
from deployguard.rules.rule import AlertFacts, AlertRule


def _judge(facts: AlertFacts) -> Iterator[Finding]:
    for written in facts.policies:
        for each in watched(written):
            if not isinstance(each.of, LogMatch) and each.filter is not None:
                message = _fault(each.filter)
                if message:
                    fault = Fault(filter_key(written, each.number), message)
                    yield found((RULE.code, RULE.severity), written, fault, _ADVICE)


def _fault(read: Filter) -> str:
    fields = [leaf.field for leaf in leaves(read) if isinstance(leaf, Comparison)]
    of_logs = next((field[0] for field in fields if field[0] in _OF_LOGS), "")
    if of_logs:
        return f"`{of_logs}` belongs to log entries, and this condition is on a metric"
    if ("metric", "type") not in fields:
        return "the filter of a metric must say which: `metric.type` is missing"
    if not any(field[0] in {"resource", "group"} for field in fields):
        return "the filter of a metric must say of which resource: `resource.type` is missing"
    return ""


_OF_LOGS = frozenset(
    {"severity", "textPayload", "jsonPayload", "protoPayload", "logName", "httpRequest"}
    | {"text_payload", "json_payload", "proto_payload", "log_name", "http_request"}
)
_ADVICE = "make it a log-match condition, or name a metric and a type of resource"


RULE = AlertRule("DG504", "log-filter-in-metric-condition", Severity.ERROR, __doc__ or "", _judge)
