"""Every verb, with the module that holds it, what it does, and an example."""

from __future__ import annotations

from typing import NamedTuple


class Verb(NamedTuple):
    module: str
    does: str
    example: str


VERBS: dict[str, Verb] = {
    "check": Verb("check", "judge every service by the static rules", "deployguard check --staged"),
    "explain": Verb(
        "explain", "why a service needs a module, distribution or file", "deployguard explain orders yaml"
    ),
    "rule": Verb("rule", "what a rule means, and how to fix what it finds", "deployguard rule DG101"),
    "artifact": Verb("artifact", "what would arrive, and its fingerprint", "deployguard artifact orders"),
    "affected": Verb(
        "affected", "services that a change touches", "deployguard affected --since origin/main"
    ),
}
