"""# DG111: missing-entry-point

## What it does

Reports a service whose start command names nothing that arrives: no `main.py` in a function's folder, a target that its
module does not define, a `CMD` that starts a module or file the image does not hold. Without a configured
`entry-point` only the file is looked for.

## Why it is bad

The build may pass; the container never starts.

## Example

`entry-point = "handle_order"`, while main.py defines `handle_orders`.

## How to fix

Correct the name on either side.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.imports.facts import Fault, ModuleFacts
from deployguard.model.finding import Finding, Severity
from deployguard.model.place import Place
from deployguard.model.problem import ProblemKind
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    launch, entry = facts.artifact.launch, facts.closure.graph.entry
    place = launch.place or Place(facts.service.source or facts.service.dockerfile)
    if entry is None:
        wanted = launch.file or launch.module
        if wanted and launch.by != "unknown" and _was_replayed(facts) and not _is_told(facts, wanted):
            yield _finding(wanted, place, f"{launch.by} starts {wanted}, and the artifact has no such file")
        return
    module = facts.closure.graph.modules[entry]
    target = (launch.target or "").partition(".")[0]
    if not target or module.file is None:
        return
    code = facts.reading.facts(facts.artifact.files[module.file].blob)
    if isinstance(code, Fault | None) or code.open or target in code.defined or _has_star(code):
        return
    yield _finding(launch.target or "", Place(module.origin), f"{module.origin} does not define {target}")


def _was_replayed(facts: ServiceFacts) -> bool:
    """An image may hold nothing at all; a function without a file is one whose configured folder is wrong (DG401)."""
    return bool(facts.artifact.files) or facts.service.kind == "run"


def _is_told(facts: ServiceFacts, wanted: str) -> bool:
    """Tell whether another finding says why the entry is not there: one cause, one finding."""
    names = {wanted.rpartition("/")[2], wanted.rpartition(".")[2] + ".py"}
    return any(
        problem.kind is ProblemKind.UNREADABLE
        or (problem.kind is ProblemKind.MISSING_PATH and problem.subject.rpartition("/")[2] in names)
        for problem in facts.artifact.problems
    )


def _has_star(code: ModuleFacts) -> bool:
    return any(site.names == ("*",) for site in code.sites)


def _finding(subject: str, place: Place, message: str) -> Finding:
    advice = "correct the name in deployguard.toml or in the start command, or add what it names"
    return Finding("DG111", Severity.ERROR, subject, place.path, place.line, message, advice)


RULE = ServiceRule("DG111", "missing-entry-point", Severity.ERROR, __doc__ or "", _judge)
