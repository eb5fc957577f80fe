"""`deployguard explain`: why a service needs a module, distribution or file."""

from __future__ import annotations

import argparse

from deployguard.cli.output import show, tell
from deployguard.cli.trees import add_tree_arguments, project_of, tree_of
from deployguard.config.choice import chosen_services
from deployguard.imports.judge import graded_closure_of
from deployguard.report.explanation import explanation_json, explanation_text
from deployguard.rules.explain import explain
from deployguard.rules.gathering import Gathering


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", metavar="SERVICE", help="the service")
    parser.add_argument(
        "name", metavar="NAME", help="a module, a distribution, or a path of the artifact or repository"
    )
    add_tree_arguments(parser)
    parser.add_argument("--output-format", choices=("text", "json"), default="text", help="how to write it")


def run(arguments: argparse.Namespace) -> int:
    tree = tree_of(arguments)
    project = project_of(arguments, tree)
    (service,) = chosen_services(project, (arguments.service,))
    gathering = Gathering(tree, project, graded_closure_of)
    gathering.preload((service,))
    facts = gathering.facts(service)
    explanation = explain(facts, arguments.name)
    if arguments.output_format == "json":
        show(explanation_json(explanation, (tree.kind, tree.sha)))
    else:
        show(explanation_text(explanation))
    if explanation.needed:
        return 0
    doubts = [unknown for unknown in facts.artifact.unknowns if unknown.covers in {"files", "launch", "path"}]
    for unknown in doubts:
        tell(f"cannot tell: {unknown.place.path}:{unknown.place.line}: {unknown.reason}")
    return 2 if doubts else 1
