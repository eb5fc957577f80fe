"""Every verb, with the module that holds it, what it does, and an example."""

from __future__ import annotations

from typing import NamedTuple


class Verb(NamedTuple):
    """`module` of `deployguard.cli` has `add_arguments(parser)` and `run(arguments) -> int`."""

    module: str
    does: str
    example: str


VERBS: dict[str, Verb] = {
    "init": Verb(
        "init", "write a first deployguard.toml from what lies in the repository", "deployguard init"
    ),
    "check": Verb("check", "judge every service by the static rules", "deployguard check --staged"),
    "explain": Verb(
        "explain", "say why a service needs a module, distribution or file", "deployguard explain orders yaml"
    ),
    "artifact": Verb(
        "artifact", "show what would arrive, and its fingerprint", "deployguard artifact orders"
    ),
    "smoke": Verb(
        "smoke",
        "import services for real, each in an environment as its build would make it",
        "deployguard smoke orders --staged",
    ),
    "affected": Verb(
        "affected", "name the services that a change touches", "deployguard affected --since origin/main"
    ),
    "plan": Verb("plan", "show what a deploy would change, and what blocks it", "deployguard plan orders"),
    "drift": Verb("drift", "tell whether what runs is what is written", "deployguard drift --strict"),
    "gate": Verb(
        "gate", "say whether the services behind a tracker are fit to be relied on", "deployguard gate phase3"
    ),
    "reconcile": Verb(
        "reconcile",
        "find completion documents that disagree with themselves, and repair them behind the gate",
        "deployguard reconcile phase3 --days 7",
    ),
    "alerts": Verb(
        "alerts",
        "judge, plan and apply alert policies, say who is told of what, and try it",
        "deployguard alerts validate",
    ),
    "health": Verb(
        "health",
        "tell whether the data of a day is there, whole, and in time",
        "deployguard health player-game-duplicates --days 7",
    ),
    "schedule": Verb(
        "schedule",
        "run commands as Cloud Run jobs that Cloud Scheduler starts",
        "deployguard schedule plan",
    ),
    "morning": Verb(
        "morning",
        "report drift, health and completion documents on one page",
        "deployguard morning --html morning.html",
    ),
    "rule": Verb("rule", "tell what a rule means, and how to fix what it finds", "deployguard rule DG101"),
    "deploy": Verb(
        "deploy", "ship a commit, step by step, and put back what fails", "deployguard deploy orders"
    ),
    "rollback": Verb("rollback", "go back to a revision that served before", "deployguard rollback orders"),
    "history": Verb(
        "history", "tell who released what, when, and how it ended", "deployguard history orders"
    ),
    "completion": Verb(
        "completion", "write what a shell needs to complete commands", "deployguard completion bash"
    ),
    "demo": Verb("demo", "tell the whole story in a temporary repository", "deployguard demo --step"),
    "emulator": Verb(
        "emulator",
        "serve a local Google Cloud that builds and runs what it is given",
        "deployguard emulator --port 0",
    ),
}
