"""# DG113: missing-name

## What it does

Reports `from module import name` where the module is the repository's own and neither defines the name nor has a
submodule of it. Modules whose names cannot be listed (`__getattr__`, `globals()`, `exec`, a star import that leads
outside) are left alone.

## Why it is bad

The import fails just as if the module were missing.

## Example

`from shared.retry import with_backoff`, after `with_backoff` was renamed to `retrying`.

## How to fix

Correct the name, or define it.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    for missing in facts.closure.missing:
        lack = missing.lack
        if lack.kind == "name":
            where = facts.closure.graph.modules[lack.module].origin or f"the folder of {lack.module}"
            yield Finding(
                "DG113",
                Severity.ERROR if missing.reach.certain else Severity.WARNING,
                f"{lack.module}.{lack.name}",
                missing.place.path,
                missing.place.line,
                f"{lack.name} is imported from {lack.module}, and {where} does not define it",
                f"define {lack.name} in {where}, or import what is there",
                missing.reach.chain,
            )


RULE = ServiceRule("DG113", "missing-name", Severity.ERROR, __doc__ or "", _judge)
