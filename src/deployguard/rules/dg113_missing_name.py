"""# DG113: missing-name

## What it does

Reports `from module import name` where the module is the repository's own and neither defines the name nor has a
submodule of it, and where the standard library of the runtime has lost the name, or does not have it yet. Modules whose names cannot be listed (`__getattr__`, `globals()`, `exec`, a star import that leads
outside) are left alone.

## Why it is bad

The import fails just as if the module were missing.

## Example

`from shared.retry import with_backoff`, after `with_backoff` was renamed to `retrying`; `from typing import override`,
which is there on a developer's Python 3.12 and not on the runtime `python311`.

## How to fix

Correct the name, or define it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from deployguard.imports.closure import Lack
from deployguard.model.finding import Finding, Severity
from deployguard.rules.rule import ServiceFacts, ServiceRule

# A file that sets attributes of a module which it was told by name: of the one that imports it, as a rule.
_FETCHES = re.compile(rb"\bsys\.modules\b|\bimport_module\b|\bgetmodule\b")
_SETS = re.compile(
    rb"\bsetattr\(\s*(?:mod\b|module\b|sys\.modules\b|(?:importlib\.)?import_module\b|\w+\.getmodule\b)"
)


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    for missing in facts.closure.missing:
        lack = missing.lack
        if lack.kind == "name":
            where, advice = _where(facts, lack)
            yield Finding(
                "DG113",
                Severity.WARNING if not missing.reach.certain or _may_be_set(facts, lack) else Severity.ERROR,
                f"{lack.module}.{lack.name}",
                missing.place.path,
                missing.place.line,
                f"{lack.name} is imported from {lack.module}, and {where} does not define it",
                advice,
                missing.reach.chain,
            )


def _may_be_set(facts: ServiceFacts, lack: Lack) -> bool:
    """Whether something that the module imports sets names of modules, as decorators and fields that make classes do."""
    graph = facts.closure.graph
    imported = {edge.target for edge in graph.edges if edge.importer == lack.module}
    blobs = [module.blob for name in imported if (module := graph.modules.get(name)) and module.blob]
    contents = facts.tree.contents(blobs)
    return any(_FETCHES.search(text) and _SETS.search(text) for blob in blobs if (text := contents[blob]))


def _where(facts: ServiceFacts, lack: Lack) -> tuple[str, str]:
    module = facts.closure.graph.modules.get(lack.module)
    if module is None:
        where = f"the standard library of Python {facts.artifact.runtime.version}"
        return where, f"import {lack.name} from where that version has it, or change the runtime"
    where = module.origin or f"the folder of {lack.module}"
    return where, f"define {lack.name} in {where}, or import what is there"


RULE = ServiceRule("DG113", "missing-name", Severity.ERROR, __doc__ or "", _judge)
