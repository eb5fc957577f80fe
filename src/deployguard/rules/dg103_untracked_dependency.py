"""# DG103: untracked-dependency

## What it does

Reports a file or link that the service needs, that lies in the work tree, and that git does not have: it was never
added, or an ignore file keeps it out.

## Why it is bad

Everything works here and nowhere else: the next deploy from a clean clone lacks the file.

## Example

```text
$ ln -s ../../../shared/retry.py functions/orders/shared/retry.py
$ git commit --all   # adds no new file
```

## How to fix

`git add` it.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.rules.missing import all_missing
from deployguard.rules.places import place_of
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    for missing in all_missing(facts, "untracked"):
        lack = missing.lack
        yield Finding(
            "DG103",
            Severity.ERROR if missing.reach.certain else Severity.WARNING,
            place_of(facts, lack.wanted_at) if facts.service.kind == "function" else lack.found_at,
            missing.place.path,
            missing.place.line,
            f"{lack.module} is imported, and {lack.found_at} is on this disk but not in git: a clean clone lacks it",
            f"git add {lack.found_at}",
            missing.reach.chain,
        )
    for need in facts.closure.data:
        if need.found_at and facts.tree.untracked(need.found_at) is not None:
            yield Finding(
                "DG103",
                Severity.ERROR if need.reach.certain else Severity.WARNING,
                need.found_at,
                need.place.path,
                need.place.line,
                f"{need.found_at} is read, and is on this disk but not in git: a clean clone lacks it",
                f"git add {need.found_at}",
                need.reach.chain,
            )


RULE = ServiceRule("DG103", "untracked-dependency", Severity.ERROR, __doc__ or "", _judge)
