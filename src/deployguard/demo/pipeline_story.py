"""The second act: both services shipped, gone stale, broken, held back by the gate, repaired, watched."""

from __future__ import annotations

from deployguard.demo.story import Edit, Step

_SERVICES = ("phase3-to-phase4-orchestrator", "nba-phase3-analytics-processors")
_FIRST_LINE = "from __future__ import annotations\n"
_BREAKS = """from __future__ import annotations

import os

if os.environ.get("K_REVISION"):
    raise RuntimeError("no such table: games")
"""
_WEB = "data_processors/analytics/web.py"


def _commit(message: str) -> tuple[tuple[str, ...], ...]:
    return (("git", "commit", "--quiet", "--all", "--message", message), ("git", "push", "--quiet"))


PIPELINE_STORY: tuple[Step, ...] = (
    Step(
        "A pipeline of a function and a service. Both are shipped from the commit, without traffic at first, asked\n"
        "who they are, and only then given the requests:",
        runs=("deployguard", "deploy", *_SERVICES, "--fix-iam"),
    ),
    Step("The morning question, whether what runs is what is written:", runs=("deployguard", "drift")),
    Step(
        "A change of the documentation reaches neither of them:",
        edits=(Edit("README.md", "# ", "# The "),),
        first=_commit("Name the pipeline"),
        runs=("deployguard", "drift"),
    ),
    Step(
        "A change of shared code reaches both, and drift says by which file:",
        edits=(Edit("shared/completion/__init__.py", "", "# counts are taken anew from the keys\n"),),
        first=_commit("Count completions anew"),
        runs=("deployguard", "drift"),
        ends=1,
    ),
    Step(
        "Three days were never counted. But what writes those documents is stale, so the gate refuses a repair:",
        runs=("deployguard", "reconcile", "phase3", "--days", "7", "--fix"),
        ends=1,
    ),
    Step("So ship what is stale first:", runs=("deployguard", "deploy", "--stale")),
    Step("and then repair:", runs=("deployguard", "reconcile", "phase3", "--days", "7", "--fix")),
    Step(
        "A commit that passes every check and breaks where it runs. (The trial of its entry point would have found it\n"
        "before anything was shipped; it is left out here.) It never gets a request:",
        edits=(Edit(_WEB, _FIRST_LINE, _BREAKS),),
        first=_commit("Read the games at start"),
        runs=("deployguard", "deploy", _SERVICES[1], "--no-smoke"),
        ends=1,
    ),
    Step(
        "The old revision still serves, and the history says what happened:", runs=("deployguard", "history")
    ),
    Step(
        "It is taken back. What arrives is what serves again, so there is nothing to deploy:",
        first=(("git", "revert", "--no-edit", "HEAD"), ("git", "push", "--quiet")),
        runs=("deployguard", "drift"),
    ),
    Step(
        "Next morning. Is the data of yesterday there, whole, and in time? One row is there twice:",
        runs=("deployguard", "health"),
        ends=1,
    ),
    Step(
        "Who hears of errors? The alert policies, as they would be applied:",
        runs=("deployguard", "alerts", "plan"),
        ends=1,
    ),
    Step("As they should be, so apply them:", runs=("deployguard", "alerts", "apply")),
    Step(
        "And all of it on one page, as the scheduled job sends it every morning:",
        runs=("deployguard", "morning", "--html", "morning.html"),
        ends=1,
    ),
)
