"""# DG101: missing-module

## What it does

Follows every import from the entry point of a service, as Python on its runtime would, and reports a module of this
repository for which no file arrives. Files are those of the artifact: the source folder with its links followed and its
included folders, or what the Dockerfile copies.

## Why it is bad

The service fails at its first start: the new revision never becomes ready, or the function cannot be loaded.

## Example

`shared/validation/__init__.py` gains `from .retry import retry`. Six functions link the files of that package one by
one, and none of them links `retry.py`:

```text
functions/orders/shared/validation/__init__.py -> ../../../../shared/validation/__init__.py
```

## How to fix

Bring the file: add the link (`deployguard check --fix` does), the folder to `include`, or a `COPY` to the Dockerfile.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.rules.missing import missing_modules
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    return missing_modules(facts, "DG101")


RULE = ServiceRule("DG101", "missing-module", Severity.ERROR, __doc__ or "", _judge)
