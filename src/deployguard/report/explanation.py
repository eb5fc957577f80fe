"""Why something is needed, as text or JSON."""

from __future__ import annotations

from collections.abc import Iterator

from deployguard.imports.closure import Strength
from deployguard.model.finding import Step
from deployguard.report.printable import place, printable
from deployguard.rules.explain import Explanation, Use

SCHEMA = 1
_WHEN = {
    Strength.MODULE: "at start-up",
    Strength.LAZY: "when a function runs that is reached by name",
    Strength.CONDITIONAL: "under a condition that cannot be computed",
    Strength.GUARDED: "under a guard: without it, its feature is off",
    Strength.UNREACHED: "in a function that nothing reached mentions by name",
}


def explanation_text(explanation: Explanation) -> str:
    """Write each use with its chain, then what is known of the thing."""
    return "".join(f"{line}\n" for line in _lines(explanation))


def explanation_json(explanation: Explanation, tree: tuple[str, str | None]) -> str:
    """Write an explanation for programs; `tree` is the kind of the source tree and its commit."""

    import json

    value = {
        "schema": SCHEMA,
        "tree": {"kind": tree[0], "sha": tree[1]},
        "service": explanation.service,
        "name": explanation.name,
        "kind": explanation.kind,
        "needed": explanation.needed,
        "uses": [_use(use) for use in explanation.uses],
        "facts": list(explanation.facts),
    }
    return json.dumps(value, indent=2) + "\n"


def _lines(explanation: Explanation) -> Iterator[str]:
    service, name = printable(explanation.service), printable(explanation.name)
    if explanation.kind == "nothing":
        yield f"{service} does not need {name}: no module, distribution or file that it knows has this name"
        return
    if not explanation.needed:
        yield f"{service} does not need {name}: nothing that runs imports or reads this {explanation.kind}"
    for use in sorted(explanation.uses, key=lambda use: (use.strength, len(use.chain), use.what)):
        yield f"{service} needs {name} {_WHEN[use.strength]}:"
        yield from (f"  {_step(step)}" for step in use.chain)
        if use.place is not None:
            yield f"  {place(*use.place)} {use.used} {printable(use.what)}"
        elif not use.chain:
            yield f"  {printable(use.what)}" if not use.used else "  it is the entry point"
    yield from (printable(fact) for fact in explanation.facts)


def _step(step: Step) -> str:
    context = "" if step.context in {"", "module"} else f" ({printable(step.context)})"
    return f"{place(step.path, step.line)} imports {printable(step.imports)}{context}"


def _use(use: Use) -> dict[str, object]:
    chain = [
        {"path": step.path, "line": step.line, "imports": step.imports, "context": step.context}
        for step in use.chain
    ]
    at = {"path": use.place.path, "line": use.place.line} if use.place else None
    return {"what": use.what, "strength": use.strength.name.lower(), "chain": chain, "at": at}
