"""`deployguard schedule`: commands as Cloud Run jobs that Cloud Scheduler starts."""

from __future__ import annotations

import argparse

from deployguard.cli.output import show, tell
from deployguard.cli.parsers import options_of
from deployguard.cli.trees import add_tree_arguments, project_of, tree_of
from deployguard.cli.verbs import VERBS
from deployguard.model.errors import UsageError
from deployguard.model.extras import lacks


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the verb."""
    parser.add_argument(
        "action",
        choices=("plan", "apply"),
        help="plan: say what apply would do, and what is scheduled already; apply: create and update",
    )
    add_tree_arguments(parser)
    parser.add_argument("--output-format", choices=("text", "json"), default="text", help="how to write it")
    parser.add_argument(
        "--exit-zero", action="store_true", help="changes do not fail; what cannot be told does"
    )


def run(arguments: argparse.Namespace) -> int:
    """Plan or apply all that is configured.

    Raises:
        UsageError: the clients of Google are not installed.
    """
    from deployguard.schedule.wanted import wanted_schedules

    project = project_of(arguments, tree_of(arguments))
    wanted = wanted_schedules(project, options_taken)
    if not wanted:
        tell(f"{project.path}: no [schedule.NAME] is configured")
        return 0
    try:
        from deployguard.cli.scheduling import plan_or_apply
    except ImportError as problem:
        raise UsageError(lacks(problem, "asking Cloud Scheduler", "gcp")) from problem
    code, text, lines = plan_or_apply(arguments, project, wanted)
    show(text)
    for line in lines:
        tell(line)
    return code


def options_taken(verb: str) -> frozenset[str] | None:
    """Return the options of a command, None for a word that is none."""
    if verb not in VERBS:
        return None
    return frozenset(flag for option in options_of(verb) for flag in option.flags)
