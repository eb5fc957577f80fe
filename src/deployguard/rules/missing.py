"""What DG101, DG121 and DG122 share: a first-party import with no file in the artifact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deployguard.imports.closure import Missing
from deployguard.model.finding import Finding, Severity
from deployguard.rules.places import fix_for, place_of
from deployguard.rules.rule import ServiceFacts

_WHEN = {
    "DG101": "at start-up",
    "DG121": "in a function body",
    "DG122": "under a guard, so its feature is silently off",
}


def missing_modules(facts: ServiceFacts, code: str) -> Iterator[Finding]:
    """Yield a finding for each missing module whose strongest chain belongs to `code`."""
    for missing in facts.closure.missing:
        if missing.lack.kind != "name" and missing.lack.cause == "absent" and code_for(missing) == code:
            yield _finding(facts, code, missing)


def code_for(missing: Missing) -> str:
    """Return the rule that a chain belongs to: guarded anywhere, else lazy anywhere, else at start-up."""
    if missing.reach.guarded:
        return "DG122"
    return "DG121" if missing.reach.lazy else "DG101"


def severity_for(facts: ServiceFacts, missing: Missing) -> Severity:
    """Certain chains are errors, unless something else than these files may bring the module."""
    doubtful = facts.closure.graph.uncertain_path or _anything_may_arrive(facts)
    sure = missing.reach.certain and not (doubtful and not missing.lack.found_at)
    return Severity.ERROR if sure and not _base_may_hold(facts, missing) else Severity.WARNING


def _base_may_hold(facts: ServiceFacts, missing: Missing) -> bool:
    """Tell whether an unknown base image may bring the module: a package that this Dockerfile copies is no base image's."""
    top = missing.lack.module.partition(".")[0]
    return bool(facts.artifact.open_base) and not any(
        f"/{top}/" in f"/{path}" for path in facts.artifact.files
    )


def _anything_may_arrive(facts: ServiceFacts) -> bool:
    return any(unknown.covers in {"files", "path"} for unknown in facts.artifact.unknowns)


def _finding(facts: ServiceFacts, code: str, missing: Missing) -> Finding:
    lack = missing.lack
    advice, fix = fix_for(facts, lack.wanted_at, lack.found_at)
    return Finding(
        code,
        severity_for(facts, missing),
        lack.module,
        missing.place.path,
        missing.place.line,
        f"{lack.module} is imported {_WHEN[code]}, and {_lacking(facts, missing)}",
        advice,
        missing.reach.chain,
        fix,
    )


def _lacking(facts: ServiceFacts, missing: Missing) -> str:
    lack = missing.lack
    if lack.kind == "relative":
        return "a file that is started by its path has no package to be relative to"
    doubt = (
        f"; the base image {facts.artifact.open_base} may hold it" if _base_may_hold(facts, missing) else ""
    )
    if lack.found_at:
        wanted = place_of(facts, lack.wanted_at) if facts.service.is_uploaded else lack.wanted_at
        return f"{wanted} is not in the artifact (the repository has {lack.found_at}){doubt}"
    return f"neither the artifact nor the repository has a file for it{doubt}"


def all_missing(facts: ServiceFacts, cause: str) -> Iterable[Missing]:
    """Return the modules that are missing for a cause other than absence."""
    return (missing for missing in facts.closure.missing if missing.lack.cause == cause)
