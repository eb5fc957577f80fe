"""`--since REV`: what changed from a commit to the chosen source tree."""

from __future__ import annotations

import argparse

from deployguard.artifact.touched import Side, Touched, touched
from deployguard.cli.output import tell
from deployguard.cli.trees import project_of, repository_of
from deployguard.model.errors import ConfigurationError
from deployguard.model.service import Project
from deployguard.source.commit import commit_tree
from deployguard.source.tree import SourceTree


def touched_since(
    arguments: argparse.Namespace, tree: SourceTree, project: Project
) -> tuple[str, tuple[Touched, ...]]:
    """Return the full id of the commit that `--since` names, and the services that differ from it.

    Raises:
        SourceError: there is no such commit, or something of it is not in this clone.
    """
    former = commit_tree(repository_of(arguments), arguments.since)
    sha = former.sha or arguments.since
    return sha, touched(Side(former, _former_project(arguments, former, project)), Side(tree, project))


def _former_project(arguments: argparse.Namespace, former: SourceTree, project: Project) -> Project:
    """Read the configuration of the commit; what it lacks or breaks is judged by the present one."""
    try:
        return project_of(arguments, former)
    except ConfigurationError:
        tell(
            f"deployguard: {arguments.since} has no configuration that can be read; "
            f"{project.path} is taken for both sides"
        )
        return project
