"""# DG109: shadowed-module

## What it does

Reports a top-level module of the service that has the name of an installed distribution's module, or of the standard
library's. functions-framework puts the service's folder last on `sys.path`, so the distribution wins; `python app.py` and
gunicorn put it first, so the local module wins, also for the libraries that import the other one.

## Why it is bad

The wrong module is imported, and the error, if there is one, names neither.

## Example

A local `redis.py` beside `redis` in requirements.txt.

## How to fix

Rename the local module, or put it in a package.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.imports.closure import Module
from deployguard.model.finding import Finding, Severity
from deployguard.model.stdlib import is_stdlib
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    for module in facts.closure.graph.modules.values():
        if (
            "." in module.name
            or module.file is None
            or module.name in {facts.artifact.launch.module, "__main__"}
        ):
            continue
        rival = _rival(facts, module)
        if rival:
            yield _finding(facts, module, rival)


def _rival(facts: ServiceFacts, module: Module) -> str:
    if is_stdlib(module.name, facts.artifact.runtime):
        return "the standard library"
    owners = facts.installed.providers.providers_of(module.name)
    return next((owner for owner in owners if owner in facts.installed.environment.chains), "")


def _finding(facts: ServiceFacts, module: Module, rival: str) -> Finding:
    if facts.artifact.launch.site_first:
        message = f"{module.origin} is never imported: {module.name} of {rival} comes first on sys.path"
    else:
        message = f"{module.origin} hides {module.name} of {rival}, also from the libraries that import it"
    reach = facts.closure.reaches.get(module.name)
    chain = reach.chain if reach else ()
    return Finding(
        "DG109", Severity.WARNING, module.name, module.origin, 0, message, "rename the local module", chain
    )


RULE = ServiceRule("DG109", "shadowed-module", Severity.WARNING, __doc__ or "", _judge)
