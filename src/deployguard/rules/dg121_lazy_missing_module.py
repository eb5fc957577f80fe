"""# DG121: lazy-missing-module

## What it does

As DG101, for a module that is only imported in a function body. It is an error where that function can be reached by
name from the entry point, and a warning where nothing that runs mentions it.

## Why it is bad

The service starts, and fails at the first request that takes this path.

## Example

```python
def handler(request):
    from shared.export import to_sheet  # no file for shared/export.py arrives
    return to_sheet(request)
```

## How to fix

As for DG101; or remove the import if nothing calls the function.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.rules.missing import missing_modules
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    return missing_modules(facts, "DG121")


RULE = ServiceRule("DG121", "lazy-missing-module", Severity.ERROR, __doc__ or "", _judge)
