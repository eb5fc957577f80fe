"""# DG207: cli-in-runtime

## What it does

Reports code of the closure, reached from the entry point, that starts `gcloud`, `gsutil` or `bq` as a program.

## Why it is bad

The functions runtimes and slim Python images do not have them; it works on a laptop only.

## Example

`subprocess.run(["gsutil", "cp", source, target])` in a request handler.

## How to fix

Use google-cloud-storage, google-cloud-bigquery, or the API in question.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.imports.closure import Module
from deployguard.imports.facts import ModuleFacts
from deployguard.model.finding import Finding, Severity
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    for name, reach in facts.closure.reaches.items():
        module = facts.closure.graph.modules[name]
        for call in module.facts.programs if module.facts else ():
            if not call.guarded and _runs(facts, module, module.facts, call.function):
                yield Finding(
                    "DG207",
                    Severity.WARNING,
                    call.program,
                    module.origin,
                    call.line,
                    f"{call.program} is run here, and is not in the image that serves this code",
                    "use the client library",
                    reach.chain,
                )


def _runs(facts: ServiceFacts, module: Module, code: ModuleFacts | None, function: str | None) -> bool:
    units = [
        number for number, unit in enumerate(code.units if code else ()) if unit.name == (function or "")
    ]
    return any((module.name, number) in facts.closure.reached_units for number in units)


RULE = ServiceRule("DG207", "cli-in-runtime", Severity.WARNING, __doc__ or "", _judge)
