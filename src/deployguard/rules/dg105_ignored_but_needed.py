"""# DG105: ignored-but-needed

## What it does

Reports a file that the service imports or reads, and that `.gcloudignore`, `.gitignore` (where gcloud takes it for an
ignore file) or `.dockerignore` keeps out of the artifact.

## Why it is bad

The file is in git and everything works locally; what is deployed lacks it.

## Example

`.dockerignore` holds `*.yaml`, and `config/loader.py` opens `config/limits.yaml`.

## How to fix

Narrow the pattern, or bring the file back with a `!` line after it.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.imports.closure import Reach
from deployguard.model.finding import Finding, Severity
from deployguard.model.place import Place
from deployguard.rules.missing import all_missing
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    for missing in all_missing(facts, "ignored"):
        yield _finding(facts, missing.lack.wanted_at, missing.place, missing.reach)
    for need in facts.closure.data:
        if need.wanted_at in facts.artifact.ignored:
            yield _finding(facts, need.wanted_at, need.place, need.reach)


def _finding(facts: ServiceFacts, wanted: str, needed_by: Place, reach: Reach) -> Finding:
    path, rule = facts.artifact.ignored[wanted]
    return Finding(
        "DG105",
        Severity.ERROR if reach.certain else Severity.WARNING,
        path,
        needed_by.path,
        needed_by.line,
        f"{path} is needed here, and {rule.path}:{rule.line} keeps it out of the artifact",
        f"add `!{path.rpartition('/')[2]}` below line {rule.line} of {rule.path}, or narrow that pattern",
        reach.chain,
    )


RULE = ServiceRule("DG105", "ignored-but-needed", Severity.ERROR, __doc__ or "", _judge)
