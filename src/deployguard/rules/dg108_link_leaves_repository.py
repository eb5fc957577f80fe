"""# DG108: link-leaves-repository

## What it does

Reports a symbolic link in an artifact that is absolute, that leads out of the repository, that goes in a circle, or
that ends in a submodule.

## Why it is bad

It works on the machine where it was made, and nowhere else.

## Example

`functions/orders/shared -> /home/ana/pipeline/shared`

## How to fix

Make it relative, and keep its target in the repository.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.model.problem import ProblemKind
from deployguard.rules.places import is_in_the_way
from deployguard.rules.rule import ServiceFacts, ServiceRule

_SAYS = {
    ProblemKind.LINK_ABSOLUTE: "points at the absolute path {0}, which no other machine has",
    ProblemKind.LINK_OUTSIDE: "leads out of the repository",
    ProblemKind.LINK_LOOP: "goes in a circle: {0}",
    ProblemKind.SUBMODULE: "leads into a submodule ({0}), whose content is not in this repository",
}


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    for problem in facts.artifact.problems:
        if problem.kind in _SAYS and is_in_the_way(facts, problem):
            yield Finding(
                "DG108",
                Severity.ERROR,
                problem.subject,
                problem.place.path,
                problem.place.line,
                f"{problem.subject} {_SAYS[problem.kind].format(problem.detail)}",
                "make it a relative link to a file of this repository",
            )


RULE = ServiceRule("DG108", "link-leaves-repository", Severity.ERROR, __doc__ or "", _judge)
