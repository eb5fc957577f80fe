"""`deployguard history`: releases, who, when, commit, outcome, and what was let pass."""

from __future__ import annotations

import argparse

from deployguard.cli.bucket import project_objects
from deployguard.cli.output import show
from deployguard.cli.shipping import RELEASES, region_of
from deployguard.cli.trees import add_repository_arguments, default_tree, project_of, repository_of
from deployguard.model.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "service", nargs="?", default="", metavar="SERVICE", help="only this service (default: all)"
    )
    add_repository_arguments(parser)
    parser.add_argument(
        "--limit", type=int, default=20, metavar="N", help="how many releases, the newest first (default: 20)"
    )
    parser.add_argument("--output-format", choices=("text", "json"), default="text", help="how to write it")


def run(arguments: argparse.Namespace) -> int:
    """Show what the journal has; return 0."""
    from deployguard.config.choice import chosen_services
    from deployguard.journal.overrides import read_overrides
    from deployguard.journal.releases import history
    from deployguard.report.history import history_json, history_text

    if arguments.limit < 1:
        raise UsageError("--limit takes a number from 1 on")
    project = project_of(arguments, default_tree(repository_of(arguments)))
    objects = project_objects(project, RELEASES)
    known = next((one for one in project.services if one.name == arguments.service), None)
    region = region_of(project, known) if known else ""
    releases = history(objects, region, arguments.service, arguments.limit)
    others = tuple(
        one for one in read_overrides(objects) if not arguments.service or one.subject == arguments.service
    )
    others = others[-arguments.limit :]
    if arguments.service and not releases and not others:
        chosen_services(project, (arguments.service,))  # a name that nobody knows is no empty history
    show(
        history_json(releases, others)
        if arguments.output_format == "json"
        else history_text(releases, others)
    )
    return 0
