"""# DG102: dangling-symlink

## What it does

Reports a symbolic link in the artifact of a service whose target does not exist in the same source tree. A target that
this very change renames or deletes counts, as does one that was never committed. In an image, where such a link hurts
nobody by itself, only what the service imports or reads counts.

## Why it is bad

Nothing arrives in the place of the link; gcloud's own uploader stops with a traceback.

## Example

`git mv shared/retry.py shared/retrying.py`, while `functions/orders/shared/retry.py` still points at the old name.

## How to fix

Point the link at the new name, or remove it.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.model.problem import ProblemKind
from deployguard.rules.places import is_in_the_way
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    for problem in facts.artifact.problems:
        if problem.kind is ProblemKind.DANGLING_LINK and is_in_the_way(facts, problem):
            yield Finding(
                "DG102",
                Severity.ERROR,
                problem.subject,
                problem.place.path,
                problem.place.line,
                f"{problem.subject} is a link to {problem.detail}, which does not exist",
                f"point it at a file that exists, or `git rm {problem.place.path}`",
            )


RULE = ServiceRule("DG102", "dangling-symlink", Severity.ERROR, __doc__ or "", _judge)
