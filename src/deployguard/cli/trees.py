"""The options that choose a repository, a source tree and a configuration, shared by every verb that reads them."""

from __future__ import annotations

import argparse
from pathlib import Path

from deployguard.cli.output import tell
from deployguard.model.service import Project
from deployguard.source.commit import commit_tree
from deployguard.source.git import Repository, open_repository
from deployguard.source.index import index_tree
from deployguard.source.tree import SourceTree
from deployguard.source.work import work_tree

CONFIGURATIONS = ("deployguard.toml", "pyproject.toml")


def add_repository_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `-C` and `--config`."""
    parser.add_argument(
        "-C", dest="directory", metavar="DIR", default=".", help="the repository (default: here)"
    )
    parser.add_argument(
        "--config", metavar="FILE", help="read this file instead of the tree's deployguard.toml"
    )


def add_tree_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `-C`, `--config`, `--staged` and `--rev`."""
    add_repository_arguments(parser)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--staged", action="store_true", help="read the index: what the next commit will hold")
    which.add_argument("--rev", metavar="SHA", help="read a commit, without checking it out")


def add_since_argument(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    """Add `--since`."""
    about = "the commit to compare with" if required else "only services that changed since this commit"
    parser.add_argument("--since", metavar="REV", required=required, help=about)


def add_clone_argument(parser: argparse.ArgumentParser) -> None:
    """Add `--repo-url`, which `repository_of` follows."""
    parser.add_argument(
        "--repo-url",
        metavar="URL",
        help="read this repository, fetched into the cache without its contents, instead of one on this disk",
    )


def repository_of(arguments: argparse.Namespace) -> Repository:
    """Open the repository that `-C` names, or fetch the one of `--repo-url` where a verb has that.

    Raises:
        SourceError: there is none, or it cannot be fetched.
    """
    url = getattr(arguments, "repo_url", None)
    if url is None:
        return open_repository(Path(arguments.directory))
    from deployguard.source.clone import cloned
    from deployguard.source.remote_url import remote_url

    tell(f"fetching {remote_url(url).shown} ...")
    return cloned(url)


def tree_of(arguments: argparse.Namespace) -> SourceTree:
    """Open the chosen source tree; a bare repository without `--rev` is read at HEAD.

    Raises:
        SourceError: there is no such repository or commit.
    """
    repository = repository_of(arguments)
    if arguments.rev is not None:
        return commit_tree(repository, arguments.rev)
    if arguments.staged:
        return index_tree(repository)
    return default_tree(repository)


def default_tree(repository: Repository) -> SourceTree:
    """Open the work tree, or HEAD where a bare repository has none."""
    return work_tree(repository) if repository.work_tree else commit_tree(repository, "HEAD")


def project_of(arguments: argparse.Namespace, tree: SourceTree) -> Project:
    """Read the configuration: the file of `--config` from disk, else that of the tree.

    Raises:
        ConfigurationError: there is none, or something is wrong with it.
    """
    from deployguard.config.load import load_project

    return load_project(tree, None if arguments.config is None else Path(arguments.config))
