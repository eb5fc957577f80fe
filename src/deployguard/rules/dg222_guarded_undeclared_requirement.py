"""# DG222: guarded-undeclared-requirement

## What it does

As DG201, for an import that a `try ... except ImportError` (or wider) survives without an alternative.

## Why it is bad

Nothing fails, and the feature behind the import is off for as long as nobody notices.

## Example

```python
try:
    import sentry_sdk
except ImportError:
    sentry_sdk = None  # in production, always
```

## How to fix

Declare the requirement, or remove the guard or the import.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.rules.requirements import undeclared
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    return undeclared(facts, "DG222")


RULE = ServiceRule("DG222", "guarded-undeclared-requirement", Severity.WARNING, __doc__ or "", _judge)
