"""# DG206: implied-requirement

## What it does

Reports a distribution that is needed without being imported: a method or an address asks for it by name while the program
runs. The table of such needs is small, and each row names the page that says so.

| the code | needs |
|---|---|
| `.to_dataframe()` beside `google.cloud.bigquery` | db-dtypes, pandas, pyarrow |
| `create_engine("postgresql://...")` and other dialects of SQLAlchemy | the driver |
| `pandas.read_excel`, `read_parquet`, `to_gbq`, ... | openpyxl, pyarrow, pandas-gbq, ... |
| `pandas.read_csv("gs://...")`, `s3://` | gcsfs, s3fs |
| `httpx.Client(http2=True)` | h2 |

## Why it is bad

Everything imports, the service starts, and the first call fails.

## Example

`rows.to_dataframe()`, while requirements.txt names only `google-cloud-bigquery`.

## How to fix

Declare the distribution; `deployguard check --fix` appends it. An extra such as `google-cloud-bigquery[pandas]` does too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from deployguard.imports.closure import Module
from deployguard.imports.facts import Unit
from deployguard.imports.reach import reached_units
from deployguard.model.finding import Finding, Severity
from deployguard.requirements.implied import TABLE, Implied, Uses, implied_by, is_brought_by, lacking
from deployguard.rules.requirements import requirement_fix, subject_of, uses
from deployguard.rules.rule import ServiceFacts, ServiceRule


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    environment = facts.installed.environment
    if not environment.knows_every_name:
        return
    imported = frozenset(_imported(facts))
    rows = tuple(row for row in _of_modules(imported) if lacking(row, environment.chains))
    seen = {subject for use in uses(facts) if (subject := subject_of(use))} if rows else set()
    for module, unit, said in _running(facts, rows) if rows else ():
        for row in implied_by(_uses(said, imported), rows):
            for group in lacking(row, environment.chains):
                if group[0] not in seen and not is_brought_by(group, facts.declared.requirements):
                    seen.add(group[0])
                    yield _finding(facts, module, unit, row, group)


def _of_modules(imported: frozenset[str]) -> Iterator[Implied]:
    for row in TABLE:
        if any(f"{name}.".startswith(f"{row.module}.") for name in imported):
            yield row


def _imported(facts: ServiceFacts) -> Iterator[str]:
    """Every module that code of the closure names, and every name that it takes from one."""
    for name in facts.closure.reaches:
        module = facts.closure.graph.modules[name]
        for site in module.facts.sites if module.facts else ():
            if not site.level:
                yield site.module
                yield from (f"{site.module}.{taken}" for taken in site.names)


def _running(
    facts: ServiceFacts, rows: tuple[Implied, ...]
) -> Iterator[tuple[Module, Unit, tuple[str, ...]]]:
    """Yield the reached units, with what they mention, of the files that hold one of the rows' words.

    What code mentions is costly to read, so that it is asked for only then.
    """
    graph, words = facts.closure.graph, _words(rows)
    modules = [graph.modules[name] for name in sorted(facts.closure.reaches)]
    facts.tree.contents(module.blob for module in modules if module.facts)
    telling = [module for module in modules if module.facts and _holds_any(words, _content(facts, module))]
    reached = facts.closure.reached_units  # not told where nothing lacks
    if telling and not reached:
        reached = reached_units(graph, facts.artifact.launch, facts.reading)
    for module in telling:
        references = facts.reading.references(module.blob)
        for number, unit in enumerate(module.facts.units if module.facts else ()):
            if (module.name, number) in reached and number < len(references):
                yield module, unit, references[number]


def _words(rows: tuple[Implied, ...]) -> tuple[bytes, ...]:
    """Return the words without any of which no row can hold: a call, a keyword, the start of an address, a name taken."""
    words = {name for row in rows for name in (*row.called, row.keyword) if name}
    for row in rows:
        if not row.called and not row.keyword:
            address = re.match(r"\w+", row.literal)
            words.add(address[0] if address else row.module.rpartition(".")[2])
    return tuple(word.encode() for word in sorted(words))


def _holds_any(words: tuple[bytes, ...], content: bytes) -> bool:
    return any(word in content for word in words)


def _content(facts: ServiceFacts, module: Module) -> bytes:
    return facts.tree.contents((module.blob,))[module.blob] or b"" if module.blob else b""


def _uses(said: tuple[str, ...], imported: frozenset[str]) -> Uses:
    """Tell what a unit mentions apart: an address's scheme, a keyword that is True, and names."""
    schemes = frozenset(each for each in said if each.endswith("://"))
    keywords = frozenset(each.removesuffix("=True") for each in said if each.endswith("=True"))
    return Uses(imported, frozenset(said), schemes, keywords)


def _finding(
    facts: ServiceFacts, module: Module, unit: Unit, row: Implied, group: tuple[str, ...]
) -> Finding:
    advice, fix = requirement_fix(facts, group[0])
    wanted = group[0] if len(group) == 1 else f"one of {', '.join(group)}"
    return Finding(
        "DG206",
        Severity.WARNING,
        group[0],
        module.origin,
        unit.line,
        f"{row.trigger} needs {wanted}, which nothing declares or brings ({row.source})",
        advice,
        facts.closure.reaches[module.name].chain,
        fix,
    )


RULE = ServiceRule("DG206", "implied-requirement", Severity.WARNING, __doc__ or "", _judge)
