"""`deployguard plan`: what a deploy would change, and what keeps it from being done."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from deployguard.cli.output import show, tell, write_file

if TYPE_CHECKING:
    from deployguard.model.release import Plan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from deployguard.cli.planning import add_plan_arguments

    add_plan_arguments(parser)
    parser.add_argument(
        "--out",
        metavar="FILE",
        help="write the plan, for `deploy --from FILE` to ship exactly that",
    )
    parser.add_argument("--output-format", choices=("text", "json"), default="text", help="how to write it")


def run(arguments: argparse.Namespace) -> int:
    """Return 0 where everything could be shipped, 1 where something is blocked, 2 where it cannot be told."""
    from deployguard.cli.planning import planned
    from deployguard.release.plan_file import plan_json
    from deployguard.report.plan import plan_summary, plan_text

    found = planned(arguments)
    if arguments.out is not None:
        write_file(arguments.out, plan_json(found.plan))
    show(plan_json(found.plan) if arguments.output_format == "json" else plan_text(found.plan))
    for name in found.unknown:
        tell(f"deployguard: {name}: whether it is stale cannot be told; see `deployguard drift {name}`")
    tell(plan_summary(found.plan))
    return 2 if found.unknown else exit_code(found.plan)


def exit_code(plan: Plan) -> int:
    """Return 2 where a blocker is a doubt, 1 where one is a fact, 0 for none that was not let pass."""
    left = [one for service in plan.services for one in service.blockers if not one.allowed]
    return 2 if any(one.unknown for one in left) else int(bool(left))
