"""Where a path that a requirements file names stands in the repository.

pip reads `-r` and `-c` relative to the file that says so, a local project relative to the folder it is started in. Both
are looked up where the build runs, in the artifact, before the repository's own layout.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from deployguard.model.artifact import Artifact
from deployguard.source.links import Resolved, resolve
from deployguard.source.tree import SourceTree

PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")


def is_built_by_buildpack(artifact: Artifact) -> bool:
    """Whether Google's buildpack builds the artifact as a function, rather than a Dockerfile."""
    from_image = any(key.lower() in {"from", "image", "dockerfile"} for key, _ in artifact.recipe)
    return artifact.launch.by == "functions-framework" and not from_image


def arrives(artifact: Artifact, path: str, target: str) -> bool:
    """Whether the build of a function finds the file `target` that the file `path` includes."""
    places = _arrivals(artifact, path)
    return not places or any(_joined(posixpath.dirname(at), target) in artifact.files for at in places)


def nested_file(artifact: Artifact, path: str, target: str) -> str:
    """Return the repository path of the file `target` that the file `path` includes; it need not exist."""
    for at in _arrivals(artifact, path):
        arrived = artifact.files.get(_joined(posixpath.dirname(at), target))
        if arrived:
            return arrived.origin
    return _joined(posixpath.dirname(path), target)


def project_folder(tree: SourceTree, artifact: Artifact, path: str, target: str) -> str | None:
    """Return the repository folder of the local project `target` that the file `path` names; None if there is none."""
    wanted = _local(target)
    return next((folder for folder in _folders(artifact, path, wanted) if is_project(tree, folder)), None)


def local_file(tree: SourceTree, path: str, target: str) -> str | None:
    """Return the repository path of the archive `target` that the file `path` names; None if there is none."""
    for base in (posixpath.dirname(path), ""):
        found = resolve(tree, _joined(base, _local(target)))
        if isinstance(found, Resolved) and found.entry:
            return found.path
    return None


def is_project(tree: SourceTree, folder: str) -> bool:
    """Whether pip can install a repository folder."""
    return any(isinstance(resolve(tree, _joined(folder, name)), Resolved) for name in PROJECT_FILES)


def _folders(artifact: Artifact, path: str, wanted: str) -> Iterator[str]:
    bases = [posixpath.dirname(at) for at in _arrivals(artifact, path)]
    for base in dict.fromkeys((*bases, *artifact.launch.roots, "")):
        for name in PROJECT_FILES:
            arrived = artifact.files.get(_joined(_joined(base, wanted), name))
            if arrived:
                yield posixpath.dirname(arrived.origin)
    yield _joined(posixpath.dirname(path), wanted)
    yield _joined("", wanted)


def _arrivals(artifact: Artifact, path: str) -> list[str]:
    exact = [at for at, file in artifact.files.items() if file.place == path]
    return exact or [at for at, file in artifact.files.items() if file.origin == path]


def _joined(base: str, target: str) -> str:
    joined = posixpath.normpath(posixpath.join("/", base, target)) if target.startswith("/") else ""
    joined = joined or posixpath.normpath(posixpath.join(base, target))
    return "" if joined == "." else joined.lstrip("/")


def _local(target: str) -> str:
    if target.lower().startswith("file:"):
        rest = target[len("file:") :].partition("#")[0]
        rest = rest.removeprefix("//localhost") if rest.startswith("//localhost/") else rest
        return unquote("/" + rest.lstrip("/") if rest.startswith("//") else rest)
    return target
