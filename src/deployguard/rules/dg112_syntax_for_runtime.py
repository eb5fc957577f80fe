r"""# DG112: syntax-for-runtime

## What it does

Reads every packaged Python file with the grammar of the service's runtime, and reports those it rejects, also where no
code imports them. In an image, a file that nothing imports is a warning, and only beside the Dockerfile: what another
service keeps elsewhere in the repository is that service's own.

## Why it is bad

The functions buildpack compiles the whole tree: one file that does not parse fails the build, wherever it lies.

## Example

`f"{name.replace('\n', ' ')}"` is valid on Python 3.12 and a syntax error on `python311`.

## How to fix

Write what the runtime understands, or move to a runtime that does.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    running = {module.file for module in facts.closure.graph.modules.values()}
    builds = facts.service.kind == "function"
    folder = facts.service.source or facts.service.dockerfile.rpartition("/")[0]
    own = f"{folder}/" if folder else ""
    for path, file in facts.artifact.files.items():
        fault = facts.reading.fault(file.blob, facts.artifact.runtime) if path.endswith(".py") else None
        if fault is not None and (builds or path in running or file.place.startswith(own)):
            yield Finding(
                "DG112",
                Severity.ERROR if builds or path in running else Severity.WARNING,
                file.place,
                file.origin,
                fault.line,
                f"{file.place} is not valid on {facts.artifact.runtime.name}: {fault.message}",
                "correct it, or keep it out of the artifact"
                + (": one such file fails the build" if builds else ""),
            )


RULE = ServiceRule("DG112", "syntax-for-runtime", Severity.ERROR, __doc__ or "", _judge)
