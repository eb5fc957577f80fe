"""# DG202: transitive-requirement

## What it does

Reports a module that is installed only because another requirement needs its distribution. What functions-framework
brings to every function is not reported.

## Why it is bad

The next version of that other requirement may need it no more, and an unrelated upgrade breaks the service.

## Example

`import requests`, while requirements.txt names only `google-cloud-storage`.

## How to fix

Declare what the code imports.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.requirements.provided import BASE_IMAGE, Transitive
from deployguard.requirements.read import FRAMEWORK
from deployguard.rules.requirements import requirement_fix, uses
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    seen: set[str] = set()
    for use in uses(facts):
        provided = use.provided
        if not isinstance(provided, Transitive) or provided.distribution in seen:
            continue
        if provided.brought_by == (BASE_IMAGE,) or _is_the_framework(facts, provided.brought_by[0]):
            continue
        seen.add(provided.distribution)
        advice, fix = requirement_fix(facts, provided.distribution)
        brought = " -> ".join(provided.brought_by)
        yield Finding(
            "DG202",
            Severity.WARNING,
            provided.distribution,
            use.needed.place.path,
            use.needed.place.line,
            f"{use.needed.module} is only there because {brought} requires {provided.distribution}; it may vanish",
            advice,
            use.needed.reach.chain,
            fix,
        )


def _is_the_framework(facts: ServiceFacts, distribution: str) -> bool:
    return facts.service.kind == "function" and distribution == FRAMEWORK


RULE = ServiceRule("DG202", "transitive-requirement", Severity.WARNING, __doc__ or "", _judge)
