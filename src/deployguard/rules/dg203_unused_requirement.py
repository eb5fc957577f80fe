"""# DG203: unused-requirement

## What it does

Lists declared requirements that no import of the closure uses. Off by default (`--select DG203`): plugins, drivers and
command-line tools are used without being imported.

## Why it is bad

Slow builds and needless upgrades; nothing breaks.

## Example

`pandas` in the requirements of a function that stopped using it.

## How to fix

Remove the line, and try the service.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.requirements.unused import unused
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    imported = [needed.module for needed in facts.closure.needed]
    launch, providers = facts.artifact.launch, facts.installed.providers
    for requirement in unused(facts.declared, imported, providers, facts.artifact.runtime, launch.needs):
        yield Finding(
            "DG203",
            Severity.INFO,
            requirement.name,
            requirement.place.path,
            requirement.place.line,
            f"nothing that this service imports is provided by {requirement.name}",
            "remove the line if nothing else needs it",
        )


RULE = ServiceRule("DG203", "unused-requirement", Severity.INFO, __doc__ or "", _judge, default=False)
