"""Small artifacts and trees for the tests of this room."""

from __future__ import annotations

from collections.abc import Mapping

from deployguard.model.artifact import Artifact, ArtifactFile, Install, Launch, Unknown
from deployguard.model.place import Place
from deployguard.model.runtime import Runtime
from deployguard.requirements.declared import DeclaredSet
from deployguard.requirements.read import declared
from tests.trees import Link, tree_of

AT = Place("Dockerfile", 3)


def artifact_of(
    *installs: Install,
    runtime: str = "python311",
    by: str = "gunicorn",
    files: Mapping[str, str] | None = None,
    unknowns: tuple[Unknown, ...] = (),
) -> Artifact:
    """Make an artifact whose `files` map a path in it to a repository path."""
    named = Runtime.named(runtime)
    assert named is not None
    arrived = {at: ArtifactFile(origin, origin, "100644", "") for at, origin in (files or {}).items()}
    return Artifact("svc", named, arrived, Launch(by, ("",)), installs, unknowns=unknowns)


def install(origin: str = "requirements.txt", kind: str = "requirements", *extras: str) -> Install:
    return Install(kind, AT, origin, extras=extras)


def set_of(
    files: Mapping[str, str | bytes | Link], *installs: Install, runtime: str = "python311"
) -> DeclaredSet:
    """Read the installs (requirements.txt when none is given) of a made-up repository."""
    return declared(tree_of(files), artifact_of(*(installs or (install(),)), runtime=runtime))


def names(found: DeclaredSet) -> list[str]:
    return [requirement.name for requirement in found.requirements]
