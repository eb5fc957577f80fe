"""Building a Python Dockerfile into a folder: its files copied, its installs done, its start command known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deployguard.artifact.dockerfile.context import open_context
from deployguard.artifact.dockerfile.flatten import flatten
from deployguard.artifact.dockerfile.parse import parse
from deployguard.artifact.dockerfile.replay import needed, replay
from deployguard.artifact.dockerfile.stage import Stage
from deployguard.artifact.imagepath import absolute
from deployguard.model.artifact import ArtifactFile, Install
from deployguard.model.entry import EXECUTABLE
from deployguard.model.runtime import DEFAULT_RUNTIME
from deployguard.runtime.command import BuildFailed, OnText, run
from deployguard.runtime.environment import Environment, create, install
from deployguard.runtime.process import PORT_WORD
from deployguard.runtime.uv import uv, uv_environment
from deployguard.source.folder import folder_tree
from deployguard.source.tree import SourceTree

_LONGEST_S = 600.0
_USUAL_PORT = re.compile(r"(?<!\d)8080(?!\d)")
_EVERY_ADDRESS = re.compile(r"0\.0\.0\.0|(?<=--bind[ =])(?=:)|(?<=-b )(?=:)")


@dataclass(frozen=True, slots=True)
class Recipe:
    """What `docker build` is asked to do; paths are relative to the unpacked source."""

    dockerfile: str = "Dockerfile"
    context: str = "."
    build_args: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class BuiltImage:
    """An image as a folder: where and how it is started, and the environment that it sets."""

    workdir: Path
    command: tuple[str, ...]
    env: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LaidOut:
    """The files of an image in a folder, what it installs installed, and what its last stage says."""

    root: Path
    environment: Environment
    final: Stage

    @property
    def workdir(self) -> Path:
        return self.root / self.final.workdir

    @property
    def env(self) -> dict[str, str]:
        """What the image sets, its paths moved to where they are here."""
        return _env(self.final, self.root, self.environment)


def build_image(source: Path, recipe: Recipe, folder: Path, on_text: OnText) -> BuiltImage:
    """Replay a Dockerfile of `source` into `folder`, and install what it installs.

    What other programs a RUN starts is not run, and said so in the log.

    Raises:
        BuildFailed: an instruction cannot be done (such as a COPY of what is not there), or an install fails.
    """
    laid = lay_out(source, recipe, folder, on_text)
    return BuiltImage(laid.workdir, _command(laid.final, laid.root), laid.env)


def lay_out(source: Path, recipe: Recipe, folder: Path, on_text: OnText) -> LaidOut:
    """Do what `build_image` does, and leave the start command alone; raises BuildFailed."""
    tree = folder_tree(source)
    path = absolute(recipe.dockerfile)
    entry = tree.entry(path)
    if entry is None:
        raise BuildFailed(f"unable to read the Dockerfile: {recipe.dockerfile}: there is no such file")
    text = tree.content(entry).decode("utf-8", "replace")
    context = open_context(tree, absolute(recipe.context), path)
    state = replay(parse(text), path, context, dict(recipe.build_args))
    if not state.stages:
        raise BuildFailed(f"{recipe.dockerfile}: there is no FROM")
    stages = needed(state.stages)
    for problem in [*state.problems, *(one for stage in stages for one in stage.problems)]:
        raise BuildFailed(
            f"{problem.place.path}:{problem.place.line}: {problem.subject}: {problem.detail or problem.kind}"
        )
    final = stages[-1]
    for unknown in final.unknowns:
        on_text(f"WARNING: {unknown.place.path}:{unknown.place.line}: {unknown.reason}")
    root = folder / "root"
    _write(tree, flatten(final.files).files, root)
    (root / final.workdir).mkdir(parents=True, exist_ok=True)
    environment = create(folder / "venv", final.runtime or DEFAULT_RUNTIME, on_text)
    for one in dict.fromkeys(held.install for held in final.installed if not held.waiting):
        _install(environment, one, source, on_text)
    return LaidOut(root, environment, final)


def _write(tree: SourceTree, files: Mapping[str, ArtifactFile], root: Path) -> None:
    root.mkdir()
    contents = tree.contents(file.blob for file in files.values())
    for path, file in files.items():
        content = contents[file.blob]
        if content is None:
            raise BuildFailed(f"{file.origin}: cannot be read")
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        if file.mode == EXECUTABLE:
            target.chmod(0o755)


def _install(environment: Environment, one: Install, source: Path, on_text: OnText) -> None:
    at = source / one.origin
    extras = f"[{','.join(one.extras)}]" if one.extras else ""
    on_text(f"Step: install {one.kind} {one.origin or one.text}")
    match one.kind:
        case "requirements":
            install(environment, ("-r", str(at)), at.parent, on_text)
        case "direct":
            install(environment, (one.text,), source, on_text)
        case "poetry-lock":
            install(environment, (str(at.parent),), source, on_text)
        case "pyproject" | "local":
            install(environment, (f"{at}{extras}",), source, on_text)
        case "uv-lock":
            _install_locked(environment, at if at.is_dir() else at.parent, on_text)
        case _:
            on_text(f"WARNING: {one.place.path}:{one.place.line}: {one.kind} is not installed by itself")


def _install_locked(environment: Environment, project: Path, on_text: OnText) -> None:
    listed = environment.folder / "locked.txt"
    command = (
        uv(),
        "export",
        "--frozen",
        "--no-dev",
        "--no-emit-project",
        "--quiet",
        "--output-file",
        str(listed),
    )
    run(command, project, uv_environment(), on_text, _LONGEST_S)
    install(environment, ("-r", str(listed)), project, on_text)


def _command(final: Stage, root: Path) -> tuple[str, ...]:
    """Join ENTRYPOINT and CMD, and move what they say from the image's root and port to ours."""
    cmd = final.cmd.words if final.cmd else ()
    entry = final.entrypoint
    words = cmd if entry is None else entry.words if entry.by_shell else (*entry.words, *cmd)
    if not words:
        raise BuildFailed("the image has no CMD or ENTRYPOINT, and its base image is not known to bring one")
    moved = (_moved(word, root) for word in words)
    return tuple(_EVERY_ADDRESS.sub("127.0.0.1", _USUAL_PORT.sub(PORT_WORD, word)) for word in moved)


def _env(final: Stage, root: Path, environment: Environment) -> dict[str, str]:
    moved = {
        name: ":".join(_moved(part, root) for part in value.split(":")) for name, value in final.env.items()
    }
    return {**moved, **environment.variables}


def _moved(word: str, root: Path) -> str:
    """An absolute path that is in the image becomes its path here."""
    if word.startswith("/") and len(word) > 1 and (root / word.lstrip("/")).exists():
        return str(root / word.lstrip("/"))
    return word
