"""# DG104: dropped-by-uploader

## What it does

For services with `deploy-with = "gcloud"`: reports what gcloud's own uploader would leave out without a word, such as a
symbolic link to a folder, or everything, where an ignore pattern matches the top folder itself.

## Why it is bad

The deploy succeeds, and the code is not there.

## Example

`functions/orders/shared -> ../../shared`, shipped by `gcloud functions deploy`: the zip holds no `shared/`.

## How to fix

Link files instead of folders, correct the ignore file, or let deployguard ship it.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.model.problem import ProblemKind
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    for problem in facts.artifact.problems:
        if problem.kind is ProblemKind.DROPPED:
            yield Finding(
                "DG104",
                Severity.ERROR,
                problem.subject,
                problem.place.path,
                problem.place.line,
                f"gcloud leaves {problem.subject} out of the upload: {problem.detail}",
                "link its files one by one, or ship with `deployguard deploy`, which follows folder links",
            )


RULE = ServiceRule("DG104", "dropped-by-uploader", Severity.ERROR, __doc__ or "", _judge)
