"""A service as it would lie where it runs, in a temporary folder, with the environment that its build would make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deployguard.artifact.contents import contents_of
from deployguard.artifact.imagepath import absolute
from deployguard.artifact.write import write_artifact
from deployguard.model.artifact import Artifact
from deployguard.model.service import Service
from deployguard.runtime.command import OnText
from deployguard.runtime.environment import Environment, check_consistency, create, install, install_function
from deployguard.runtime.image import Recipe, lay_out
from deployguard.source.tree import SourceTree


@dataclass(frozen=True, slots=True)
class Layout:
    """`root` stands for the top of the artifact; `cwd` is where the start command runs, `env` what the build sets.

    All of it lies in `folder`.
    """

    folder: Path
    root: Path
    cwd: Path
    environment: Environment
    env: Mapping[str, str]


def laid_out(tree: SourceTree, service: Service, artifact: Artifact, folder: Path, on_text: OnText) -> Layout:
    """Write the artifact into `folder` and install what its build installs.

    Raises:
        BuildFailed: the build would fail, or this machine cannot do it.
        SourceError: contents are not in this clone.
    """
    if service.kind == "run" and service.dockerfile:
        return _image(tree, service, artifact, folder, on_text)
    root = folder / "root"
    write_artifact(contents_of(tree, artifact), root)
    root.mkdir(exist_ok=True)
    environment = create(folder / "venv", artifact.runtime, on_text)
    if service.kind == "function":
        install_function(environment, root, on_text)
        return Layout(folder, root, root, environment, environment.variables)
    return _buildpack(artifact, root, environment, on_text)


def _buildpack(artifact: Artifact, root: Path, environment: Environment, on_text: OnText) -> Layout:
    """Install as the buildpack of a service does: what a file lists, and gunicorn where nobody names it."""
    workspace = root / "workspace"
    workspace.mkdir(exist_ok=True)
    words: list[str] = []
    for one in artifact.installs:
        match one.kind:
            case "requirements":
                words += ["-r", "requirements.txt"]
            case "direct":
                words.append(one.text)
            case _:
                words.append(".")
    if words:
        install(environment, words, workspace, on_text)
        check_consistency(environment, workspace, on_text)
    return Layout(root.parent, root, workspace, environment, environment.variables)


def _image(tree: SourceTree, service: Service, artifact: Artifact, folder: Path, on_text: OnText) -> Layout:
    source = folder / "source"
    _write_context(tree, service, artifact, source)
    recipe = Recipe(service.dockerfile, service.context, service.build_args)
    laid = lay_out(source, recipe, folder, on_text)
    return Layout(folder, laid.root, laid.workdir, laid.environment, laid.env)


def _write_context(tree: SourceTree, service: Service, artifact: Artifact, source: Path) -> None:
    """Write what the build can read, links as links: the context, and the Dockerfile with its ignore file."""
    context, dockerfile = absolute(service.context), absolute(service.dockerfile)
    paths = {*tree.below(context), dockerfile, f"{dockerfile}.dockerignore"}
    entries = {path: entry for path in paths if (entry := tree.entry(path)) is not None}
    contents = tree.contents(entry.blob for entry in entries.values() if entry.is_file)
    source.mkdir()
    for path, entry in entries.items():
        at = source / path
        at.parent.mkdir(parents=True, exist_ok=True)
        if entry.is_link:
            at.symlink_to(tree.link_target(path) or ".")
        elif (content := contents.get(entry.blob)) is not None and entry.is_file:
            at.write_bytes(content)
            at.chmod(int(entry.mode[-3:], 8))
    contents_of(tree, artifact)
