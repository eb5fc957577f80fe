"""`deployguard init`: write a first deployguard.toml from what lies in the repository."""

from __future__ import annotations

import argparse
from pathlib import Path

from deployguard.cli.output import show, tell
from deployguard.cli.trees import add_repository_arguments, default_tree, repository_of
from deployguard.config.load import NAME, parse_project
from deployguard.discovery.confirm import confirmed
from deployguard.discovery.discover import Discovered, discover
from deployguard.discovery.project_facts import project_facts
from deployguard.discovery.write import render
from deployguard.model.errors import DeployguardError, UsageError
from deployguard.report.printable import counted, printable
from deployguard.source.branch import default_branch

_NEXT = f"""\
next: read {NAME} through, then
  deployguard check         judges every service
  git add {NAME}
and in .pre-commit-config.yaml:
  - repo: local
    hooks:
      - id: deployguard
        name: deployguard
        entry: deployguard check --staged
        language: system
        pass_filenames: false
        always_run: true"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_repository_arguments(parser)
    parser.add_argument("--stdout", action="store_true", help="show it instead of writing it")
    parser.add_argument("--force", action="store_true", help=f"write over a {NAME} that is there")


def run(arguments: argparse.Namespace) -> int:
    repository = repository_of(arguments)
    if repository.work_tree is None and not arguments.stdout:
        raise UsageError(
            f"{repository.git_dir}: a bare repository has no work tree to write to; add --stdout"
        )
    at = Path(arguments.config) if arguments.config else repository.folder / NAME
    if not arguments.stdout and not arguments.force and (at.exists() or at.is_symlink()):
        raise UsageError(
            f"{at}: is already there; --force writes it anew, --stdout shows what would be written"
        )
    tree = default_tree(repository)
    found = confirmed(tree, discover(tree))
    _say(found)
    if not found:
        tell(
            "deployguard: nothing deployable was found: no main.py with a function beside a requirements.txt, "
            "and no Dockerfile that starts Python, among what git tracks; what is new is seen after `git add`"
        )
        return 1
    text = render(found, project_facts(tree, default_branch(repository)))
    parse_project(text, NAME)
    if arguments.stdout:
        show(text)
        return 0
    _write(at, text)
    tell(f"{at}: {counted(len(found), 'service')}")
    tell(_NEXT)
    return 0


def _say(found: tuple[Discovered, ...]) -> None:
    for one in found:
        tell(f"{printable(one.dockerfile or one.folder)}: {one.kind} {one.name}")


def _write(at: Path, text: str) -> None:
    try:
        at.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DeployguardError(f"{at}: cannot be written: {error.strerror or error}") from error
