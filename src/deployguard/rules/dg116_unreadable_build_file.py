"""# DG116: unreadable-build-file

## What it does

Reports what no builder accepts: a word that is no instruction of a Dockerfile, a `COPY` without a destination, a `CMD`,
`ENTRYPOINT` or `RUN` that is meant as a JSON array and is none, a pattern that an ignore file cannot hold.

## Why it is bad

The build fails. A garbled array builds, and the container never starts: a shell is given it as it stands.

## Example

`CMD ['gunicorn', 'main:app']`: JSON knows double quotes only, so that `/bin/sh` looks for a program `[gunicorn,`.

## How to fix

Correct the line.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.model.problem import ProblemKind
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    for problem in dict.fromkeys(facts.artifact.problems):
        if problem.kind is ProblemKind.UNREADABLE:
            yield Finding(
                "DG116",
                Severity.ERROR,
                problem.subject,
                problem.place.path,
                problem.place.line,
                f"line {problem.place.line}: {problem.detail}" if problem.place.line else problem.detail,
                "correct the line",
            )


RULE = ServiceRule("DG116", "unreadable-build-file", Severity.ERROR, __doc__ or "", _judge)
