"""`deployguard smoke`: import services for real, each in an environment as its build would make it."""

from __future__ import annotations

import argparse

from deployguard.cli.output import show
from deployguard.cli.progress import Progress
from deployguard.cli.trees import add_tree_arguments, project_of, tree_of
from deployguard.model.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("services", nargs="+", metavar="SERVICE", help="the services to try")
    add_tree_arguments(parser)
    parser.add_argument(
        "--timeout",
        type=float,
        default=60.0,
        metavar="S",
        help="seconds that one import may take, installation not counted (default: 60)",
    )
    parser.add_argument("--output-format", choices=("text", "json"), default="text", help="how to write it")


def run(arguments: argparse.Namespace) -> int:
    """Try each service in turn; return 0 for fine, 1 for broken, 2 where one cannot be told."""
    from deployguard.config.choice import chosen_services
    from deployguard.report.smoke import smoke_json, smoke_text
    from deployguard.smoke.service import smoke
    from deployguard.smoke.verdict import exit_code

    if not 0 < arguments.timeout <= 3600:
        raise UsageError("--timeout takes seconds, more than 0 and at most 3600")
    tree = tree_of(arguments)
    project = project_of(arguments, tree)
    services = chosen_services(project, arguments.services)
    smoked = []
    with Progress("trying", len(services)) as progress:
        for service in services:
            progress.step(service.name)
            smoked.append(smoke(tree, project, service, arguments.timeout))
    found = tuple(smoked)
    show(smoke_json(found, (tree.kind, tree.sha)) if arguments.output_format == "json" else smoke_text(found))
    return exit_code(found)
