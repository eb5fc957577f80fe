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
from typing import NamedTuple

from deployguard.imports.closure import Reach
from deployguard.model.finding import Finding, Severity
from deployguard.model.place import Place
from deployguard.rules.missing import all_missing
from deployguard.rules.places import place_of, untracked_path
from deployguard.rules.rule import ServiceFacts, ServiceRule


class _Want(NamedTuple):
    """A file that is needed: where in the artifact, from which path on disk, by what."""

    wanted: str
    path: str
    at: Place
    reach: Reach
    doing: str


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    for missing in all_missing(facts, "untracked"):
        lack = missing.lack
        path = untracked_path(facts, lack.wanted_at, lack.found_at) or lack.found_at
        yield _finding(
            facts, _Want(lack.wanted_at, path, missing.place, missing.reach, f"{lack.module} is imported")
        )
    for need in facts.closure.data:
        lying = untracked_path(facts, need.wanted_at, need.found_at)
        if lying is not None:
            yield _finding(facts, _Want(need.wanted_at, lying, need.place, need.reach, f"{lying} is read"))


def _finding(facts: ServiceFacts, want: _Want) -> Finding:
    return Finding(
        "DG103",
        Severity.ERROR if want.reach.certain else Severity.WARNING,
        place_of(facts, want.wanted) if want.wanted and facts.service.is_uploaded else want.path,
        want.at.path,
        want.at.line,
        f"{want.doing}, and {want.path} is on this disk but not in git: a clean clone lacks it",
        f"git add {want.path}",
        want.reach.chain,
    )


RULE = ServiceRule("DG103", "untracked-dependency", Severity.ERROR, __doc__ or "", _judge)
