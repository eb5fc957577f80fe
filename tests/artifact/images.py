"""Images made of a Dockerfile and a few files."""

from __future__ import annotations

from collections.abc import Mapping

from deployguard.artifact.image import image_artifact
from deployguard.model.artifact import Artifact
from deployguard.model.service import Service
from tests.trees import Link, tree_of


def image(
    dockerfile: str,
    files: Mapping[str, str | bytes | Link] | None = None,
    *,
    build_args: tuple[tuple[str, str], ...] = (),
    command: tuple[str, ...] = (),
    context: str = ".",
    path: str = "Dockerfile",
) -> Artifact:
    """Replay `dockerfile`, which stands at `path`, over `files`."""
    service = Service("api", "run", dockerfile=path, context=context, build_args=build_args, command=command)
    return image_artifact(tree_of({**(files or {}), path: dockerfile}), service)


def sources(artifact: Artifact) -> dict[str, str]:
    """Return the repository path behind each path of the artifact."""
    return {path: file.origin for path, file in artifact.files.items()}


def doubts(artifact: Artifact) -> list[tuple[str, int]]:
    """Return what is in doubt, and by which line."""
    return [(unknown.covers, unknown.place.line) for unknown in artifact.unknowns]
