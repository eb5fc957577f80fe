"""# DG201: undeclared-requirement

## What it does

Reports a module that code imports at start-up and that no requirement of the service brings, directly or through its
dependencies. So is the server that the
start command runs. Full dotted names count: `google-cloud-bigquery` does not bring `google.cloud.firestore`. Where a declared
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
from deployguard.model.place import Place
from deployguard.requirements.provided import Undeclared
from deployguard.rules.requirements import is_missing_a_list, requirement_fix, undeclared
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    yield from undeclared(facts, "DG201")
    yield from _launcher(facts)


def _launcher(facts: ServiceFacts) -> Iterable[Finding]:
    """What the start command itself cannot do without."""
    launch, installed = facts.artifact.launch, facts.installed
    seen = {needed.module.partition(".")[0] for needed in facts.closure.needed}
    for distribution in launch.needs:
        module = (installed.providers.modules_of(distribution) or (distribution.replace("-", "_"),))[0]
        if module in seen or not isinstance(installed.judge(module), Undeclared):
            continue
        severity = Severity.WARNING if is_missing_a_list(facts) else Severity.ERROR
        place = launch.place or Place(facts.service.dockerfile or facts.service.source)
        advice, fix = requirement_fix(facts, distribution)
        message = f"the start command runs {launch.by}, and no declared requirement brings {distribution}"
        yield Finding("DG201", severity, distribution, place.path, place.line, message, advice, (), fix)


RULE = ServiceRule("DG201", "undeclared-requirement", Severity.ERROR, __doc__ or "", _judge)
