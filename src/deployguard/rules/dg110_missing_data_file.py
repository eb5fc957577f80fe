"""# DG110: missing-data-file

## What it does

Reports a file that code of the closure opens relative to its own `__file__` (or through `importlib.resources`), and that
is not in the artifact.

## Why it is bad

The module is there and its data is not: the service fails when it reads the file, often at start-up.

## Example

```python
CONFIG = yaml.safe_load((Path(__file__).parent / "limits.yaml").read_text())
```

`limits.py` is linked into the function, `limits.yaml` is not.

## How to fix

Bring the file as the module was brought: a link, the `include`d folder, or a `COPY`.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.imports.closure import DataNeed
from deployguard.model.finding import Finding, Severity
from deployguard.rules.places import fix_for, place_of, untracked_path
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    for need in facts.closure.data:
        untracked = untracked_path(facts, need.wanted_at, need.found_at)
        if untracked is None and need.wanted_at not in facts.artifact.ignored:
            subject = _subject(facts, need)
            if need.found_at or all(problem.subject != subject for problem in facts.artifact.problems):
                yield _finding(facts, need, subject)


def _subject(facts: ServiceFacts, need: DataNeed) -> str:
    if need.wanted_at and (facts.service.is_uploaded or not need.found_at):
        return place_of(facts, need.wanted_at)
    return need.found_at


def _severity(facts: ServiceFacts, need: DataNeed) -> Severity:
    """What no repository has, a build step or the running service may still make; not in a function's folder."""
    made_later = not need.found_at and need.reach.lazy and facts.service.kind == "run"
    return Severity.ERROR if need.reach.certain and not made_later else Severity.WARNING


def _finding(facts: ServiceFacts, need: DataNeed, subject: str) -> Finding:
    advice, fix = fix_for(facts, need.wanted_at, need.found_at) if need.wanted_at else (_OUTSIDE, None)
    where = f"the repository has {need.found_at}" if need.found_at else "nor is it in the repository"
    return Finding(
        "DG110",
        _severity(facts, need),
        subject or need.wanted_at,
        need.place.path,
        need.place.line,
        f"{subject or need.wanted_at} is read here, and is not in the artifact ({where})",
        advice,
        need.reach.chain,
        fix,
    )


_OUTSIDE = "the path leads out of the artifact: keep the file beside the code that reads it"


RULE = ServiceRule("DG110", "missing-data-file", Severity.ERROR, __doc__ or "", _judge)
