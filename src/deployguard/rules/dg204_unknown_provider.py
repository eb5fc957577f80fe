"""# DG204: unknown-provider

## What it does

Says what could not be judged: a module whose distribution nobody can name, because a declared distribution is not in
the shipped map, or a build step that brings files or distributions in a way that cannot be read.

## Why it is bad

An answer that is missing is not an "ok".

## Example

requirements.txt names `acme-internal-client`, and the code imports `acme_tools`.

## How to fix

Run `deployguard check --resolve` once: it reads the wheels, and later checks use what it learned. Or say it in
deployguard.toml: `providers = { "acme_tools" = "acme-internal-client" }` under `[check]`.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.finding import Finding, Severity
from deployguard.requirements.provided import NotKnown
from deployguard.rules.requirements import uses
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    for use in uses(facts):
        if isinstance(use.provided, NotKnown) and not use.provided.candidates:
            yield Finding(
                "DG204",
                Severity.INFO,
                use.needed.module,
                use.needed.place.path,
                use.needed.place.line,
                f"cannot tell whether {use.needed.module} is installed: {use.provided.reason}",
                "`deployguard check --resolve` reads it from the wheels; or name its distribution under [check.providers]",
                use.needed.reach.chain,
            )
    for unknown in facts.artifact.unknowns:
        if unknown.covers != "launch":
            message = f"cannot tell which {unknown.covers} arrive: {unknown.reason}"
            advice = "see `deployguard artifact` for what could be read"
            yield Finding(
                "DG204",
                Severity.INFO,
                unknown.covers,
                unknown.place.path,
                unknown.place.line,
                message,
                advice,
            )


RULE = ServiceRule("DG204", "unknown-provider", Severity.INFO, __doc__ or "", _judge)
