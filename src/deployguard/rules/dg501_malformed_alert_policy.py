"""# DG501: malformed-alert-policy

## What it does

Reads every alert policy, from `[alerts]` of deployguard.toml and from the YAML and JSON files that `policy-files` of
`[check]` names, and reports what Cloud Monitoring would refuse: what is missing, has the wrong type, is out of its
bounds, or is a filter that cannot be read. A key that nobody knows is a warning, unless it looks like a slip of the pen.

## Why it is bad

The policy is refused when somebody creates it, long after it was written, or worse: nobody creates it, and everybody
believes that it is there.

## Example

```yaml
displayName: Errors of orders
conditions:
  - displayName: error
    conditionMatchedLog:
      filter: resource.type="cloud_run_revision" severity>=LOUD   # no such severity
# and `combiner` is missing
```

## How to fix

Correct what is named. `deployguard alerts validate` tells without asking Google.
"""

from __future__ import annotations

from collections.abc import Iterator

from deployguard.model.alert import Fault, Foreign, Written
from deployguard.model.finding import Finding, Severity
from deployguard.rules.alerting import filter_key, found, watched
from deployguard.rules.rule import AlertFacts, AlertRule


def _judge(facts: AlertFacts) -> Iterator[Finding]:
    for written in facts.policies:
        for fault in written.faults:
            yield _finding(written, fault, "correct it")
        for each in watched(written):
            if each.fault is not None and not isinstance(each.of, Foreign):
                fault = Fault(filter_key(written, each.number), str(each.fault), each.fault.certain)
                yield _finding(written, fault, "correct the filter")


def _finding(written: Written, fault: Fault, advice: str) -> Finding:
    severity = Severity.ERROR if fault.certain else Severity.WARNING
    return found((RULE.code, RULE.severity), written, fault, advice, severity)


RULE = AlertRule("DG501", "malformed-alert-policy", Severity.ERROR, __doc__ or "", _judge)
