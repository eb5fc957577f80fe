"""# DG201: undeclared-requirement

## What it does

Reports a module that code imports at start-up and that no requirement of the service brings, directly or through its
dependencies. Full dotted names count: `google-cloud-bigquery` does not bring `google.cloud.firestore`. Where a declared
distribution is not known well enough to tell what it brings, the finding is a warning.

## Why it is bad

The build passes, and the service fails at its first start.

## Example

`shared/config.py` gains `import yaml`. Nine services link that file, and one of their requirements.txt has no `PyYAML`.

## How to fix

Add the line; `deployguard check --fix` appends it with the constraint that the other services use.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.rules.requirements import undeclared
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    return undeclared(facts, "DG201")


RULE = ServiceRule("DG201", "undeclared-requirement", Severity.ERROR, __doc__ or "", _judge)
