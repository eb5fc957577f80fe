"""What the DG2xx rules share: third-party imports, judged against what the service installs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from deployguard.imports.closure import Needed, Reach
from deployguard.imports.naming import prefixes, under
from deployguard.model.finding import Finding, Fix, Severity
from deployguard.model.problem import ProblemKind
from deployguard.requirements.fix import file_to_edit, line_to_add
from deployguard.requirements.provided import NotKnown, Provided, Undeclared
from deployguard.requirements.resolving.resolution import Outcome, Resolution, Unresolved
from deployguard.rules.places import place_of
from deployguard.rules.rule import ServiceFacts

_WHEN = {
    "DG201": "at start-up",
    "DG221": "in a function body",
    "DG222": "under a guard, so its feature is silently off",
}


_BROKEN = {
    ProblemKind.DANGLING_LINK,
    ProblemKind.LINK_LOOP,
    ProblemKind.LINK_ABSOLUTE,
    ProblemKind.LINK_OUTSIDE,
    ProblemKind.SUBMODULE,
}


class Use(NamedTuple):
    """A third-party import and where it comes from."""

    needed: Needed
    provided: Provided


def uses(facts: ServiceFacts) -> Iterator[Use]:
    """Yield each module from outside the repository, strongest chain first where several lead to it."""
    for needed in sorted(facts.closure.needed, key=lambda needed: (needed.reach.strength, needed.place)):
        yield Use(needed, facts.installed.judge(needed.module))


def undeclared(facts: ServiceFacts, code: str) -> Iterator[Finding]:
    """Yield one finding a distribution whose strongest chain belongs to `code`."""
    seen: set[str] = set()
    for use in uses(facts):
        subject = subject_of(use)
        if subject is None or subject in seen or _led_by_a_broken_link(facts, use.needed.module):
            continue
        seen.add(subject)
        if code_for(use.needed.reach) == code:
            yield _finding(facts, code, subject, use)


def subject_of(use: Use) -> str | None:
    """Return the distribution that is missing (or the module where none is known); None when nothing is missing."""
    match use.provided:
        case Undeclared(candidates=candidates):
            return candidates[0] if candidates else use.needed.module
        case NotKnown(candidates=(first, *_)):
            return first
        case _:
            return None


def code_for(reach: Reach) -> str:
    """Return the rule that a chain belongs to: guarded anywhere, else lazy anywhere, else at start-up."""
    if reach.guarded:
        return "DG222"
    return "DG221" if reach.lazy else "DG201"


def requirement_fix(facts: ServiceFacts, distribution: str) -> tuple[str, Fix | None]:
    """Return what to type so that a distribution is declared, with the constraint that siblings use."""
    line = line_to_add(distribution, facts.siblings())
    path = file_to_edit(facts.declared)
    if path is None:
        return f"declare {line} where the service's requirements are", None
    return f"add `{line}` to {path}", Fix("append", path, line)


def is_missing_a_list(facts: ServiceFacts) -> bool:
    """Tell whether a requirements file itself is not there: then the build fails, and DG115 says so."""
    problems = [*facts.artifact.problems, *facts.declared.problems]
    return any(
        one.kind is ProblemKind.MISSING_PATH and one.subject.endswith((".txt", ".toml")) for one in problems
    )


def untold(outcome: Outcome | None) -> list[str]:
    """Return what a resolver could not tell of a service: then nothing of it counts as proven."""
    match outcome:
        case Unresolved(reason=reason):
            return [f"its requirements could not be resolved: {reason}"]
        case Resolution(unreachable=reasons):
            return [f"the files of a requirement could not be read: {reason}" for reason in reasons]
        case _:
            return []


def _led_by_a_broken_link(facts: ServiceFacts, module: str) -> bool:
    """Tell whether a link that leads nowhere stands where the module would be: then the link is what is wrong."""
    broken = {one.subject for one in facts.artifact.problems if one.kind in _BROKEN}
    if not broken or not facts.service.is_uploaded:
        return False
    bases = [
        under(root, prefix.replace(".", "/"))
        for root in facts.artifact.launch.roots
        for prefix in prefixes(module)
    ]
    paths = (f"{base}{ending}" for base in bases for ending in ("", ".py", "/__init__.py"))
    return any(place_of(facts, path) in broken for path in paths)


def _may_lie_aside(facts: ServiceFacts, use: Use) -> bool:
    """Tell whether a change of `sys.path` that nobody can compute may lead to the module."""
    if not facts.closure.graph.uncertain_path:
        return False
    top = use.needed.module.partition(".")[0]
    known = isinstance(use.provided, Undeclared) and use.provided.candidates
    return not known or any(
        f"/{top}." in f"/{path}" or f"/{top}/" in f"/{path}" for path in facts.artifact.files
    )


def _may_be_made(facts: ServiceFacts, use: Use) -> bool:
    """Tell whether the build may write the module: nobody knows its distribution, and files arrive that cannot be read."""
    is_known = isinstance(use.provided, Undeclared) and use.provided.candidates
    return not is_known and any(unknown.covers == "files" for unknown in facts.artifact.unknowns)


def _finding(facts: ServiceFacts, code: str, subject: str, use: Use) -> Finding:
    needed = use.needed
    sure = isinstance(use.provided, Undeclared) and needed.reach.certain and not is_missing_a_list(facts)
    sure = sure and not _may_lie_aside(facts, use) and not _may_be_made(facts, use)
    advice, fix = requirement_fix(facts, subject)
    if isinstance(use.provided, Undeclared) and not use.provided.candidates:
        advice, fix = f"declare the distribution that provides {needed.module}, or remove the import", None
    doubt = f" ({use.provided.reason})" if isinstance(use.provided, NotKnown) else ""
    return Finding(
        code,
        Severity.ERROR if sure else Severity.WARNING,
        subject,
        needed.place.path,
        needed.place.line,
        f"{needed.module} is imported {_WHEN[code]}, and no declared requirement brings {subject}{doubt}",
        advice,
        needed.reach.chain,
        fix,
    )
