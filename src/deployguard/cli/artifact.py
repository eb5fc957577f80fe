"""`deployguard artifact`: what would arrive, and its fingerprint."""

from __future__ import annotations

import argparse
from pathlib import Path

from deployguard.artifact.assemble import artifact_of
from deployguard.artifact.contents import contents_of
from deployguard.artifact.write import write_artifact
from deployguard.cli.output import show, tell
from deployguard.cli.trees import add_tree_arguments, project_of, tree_of
from deployguard.config.choice import chosen_services
from deployguard.model.artifact import Artifact
from deployguard.report.artifact import artifact_json, artifact_text
from deployguard.report.printable import counted
from deployguard.source.tree import SourceTree


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", metavar="SERVICE", help="the service")
    add_tree_arguments(parser)
    parser.add_argument(
        "--write", metavar="TO", help="write it: to a new or empty folder, or to a new .zip or .tar.gz"
    )
    parser.add_argument("--ignored", action="store_true", help="list what ignore files leave out too")
    parser.add_argument("--output-format", choices=("text", "json"), default="text", help="how to write it")


def run(arguments: argparse.Namespace) -> int:
    tree = tree_of(arguments)
    (service,) = chosen_services(project_of(arguments, tree), (arguments.service,))
    artifact = artifact_of(tree, service)
    if arguments.write:
        _write(tree, artifact, Path(arguments.write))
    elif arguments.output_format == "json":
        show(artifact_json(artifact, (tree.kind, tree.sha)))
    else:
        show(artifact_text(artifact, ignored=arguments.ignored))
    return _exit_code(artifact)


def _write(tree: SourceTree, artifact: Artifact, to: Path) -> None:
    write_artifact(contents_of(tree, artifact), to)
    tell(f"{to}: {counted(len(artifact.files), 'file')} of {artifact.service}")
    for problem in artifact.problems:
        tell(f"deployguard: {problem.subject}: {problem.kind}: not written as it should arrive")


def _exit_code(artifact: Artifact) -> int:
    """What cannot be told outranks what is wrong."""
    if any(unknown.covers == "files" for unknown in artifact.unknowns) or not artifact.files:
        return 2
    return int(bool(artifact.problems))
