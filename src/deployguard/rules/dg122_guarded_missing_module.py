"""# DG122: guarded-missing-module

## What it does

As DG101, for an import that a `try ... except ImportError` (or wider) survives. A handler that imports an alternative
which does arrive is no loss, and is not reported.

## Why it is bad

Nothing fails, and the feature behind the import is off for as long as nobody notices.

## Example

```python
try:
    from shared.alerts import notify
except ImportError:
    notify = None  # in production, always
```

## How to fix

Bring the file, or remove the guard or the import.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.rules.missing import missing_modules
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    return missing_modules(facts, "DG122")


RULE = ServiceRule("DG122", "guarded-missing-module", Severity.WARNING, __doc__ or "", _judge)
