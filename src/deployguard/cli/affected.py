"""`deployguard affected`: services that a change touches, and by which file."""

from __future__ import annotations

import argparse

from deployguard.cli.output import show, tell
from deployguard.cli.since import touched_since
from deployguard.cli.trees import add_since_argument, add_tree_arguments, project_of, tree_of
from deployguard.report.printable import counted
from deployguard.report.touched import touched_json, touched_names, touched_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_since_argument(parser, required=True)
    add_tree_arguments(parser)
    parser.add_argument(
        "--output-format", choices=("text", "names", "json"), default="text", help="how to write it"
    )
    parser.add_argument("--exit-code", action="store_true", help="exit 1 when a service is touched")


def run(arguments: argparse.Namespace) -> int:
    tree = tree_of(arguments)
    since, services = touched_since(arguments, tree, project_of(arguments, tree))
    match arguments.output_format:
        case "json":
            show(touched_json(services, since, (tree.kind, tree.sha)))
        case "names":
            show(touched_names(services))
        case _:
            show(touched_text(services))
    tell(f"{counted(len(services), 'service')} touched since {since[:12]}")
    return int(bool(services) and arguments.exit_code)
