"""# DG115: missing-source

## What it does

Reports a file that the build itself names and that the source tree does not have: the source of a `COPY`, a requirements
file, a file that a requirements file includes. A folder such as `dist` beside a package.json is a warning: a script may make
it before the image is built, and from a commit alone it cannot be.

## Why it is bad

The build fails, or installs less than it should.

## Example

`COPY requirements.txt .`, while requirements.txt was generated on a laptop and never committed.

## How to fix

Commit the file, or correct the path.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.model.problem import Problem, ProblemKind
from deployguard.rules.rule import ServiceFacts, ServiceRule
from deployguard.source.tree import SourceTree

_BUILT = frozenset({"build", "dist", "out", ".next", ".output"})


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    if facts.service.kind == "run" and not facts.artifact.recipe:
        return  # nothing was replayed: the configured path itself is wrong, which is DG401's to say
    for problem in dict.fromkeys([*facts.artifact.problems, *facts.declared.problems]):
        if problem.kind is ProblemKind.MISSING_PATH and problem.subject != facts.service.source:
            yield _finding(problem, made_before=_is_front_end(facts.tree, problem.subject))


def _is_front_end(tree: SourceTree, path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return name in _BUILT and tree.entry(f"{folder}/package.json".lstrip("/")) is not None


def _finding(problem: Problem, *, made_before: bool) -> Finding:
    detail = problem.detail or f"{problem.subject} does not exist"
    return Finding(
        "DG115",
        Severity.WARNING if made_before else Severity.ERROR,
        problem.subject,
        problem.place.path,
        problem.place.line,
        f"{detail}: package.json beside it says who makes it, and no commit holds it"
        if made_before
        else detail,
        "build it in a stage of the Dockerfile"
        if made_before
        else "commit the file it names, or correct the name",
    )


RULE = ServiceRule("DG115", "missing-source", Severity.ERROR, __doc__ or "", _judge)
