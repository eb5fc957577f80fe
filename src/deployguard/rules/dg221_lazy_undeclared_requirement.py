"""# DG221: lazy-undeclared-requirement

## What it does

As DG201, for an import in a function body. It is an error where that function can be reached by name from the entry
point, and a warning where nothing that runs mentions it.

## Why it is bad

The service starts, and fails at the first request that takes this path.

## Example

```python
def export(rows):
    import openpyxl  # in no requirements.txt
```

## How to fix

As for DG201.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.rules.requirements import undeclared
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    return undeclared(facts, "DG221")


RULE = ServiceRule("DG221", "lazy-undeclared-requirement", Severity.ERROR, __doc__ or "", _judge)
