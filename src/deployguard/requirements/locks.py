"""Lock files: which one there is, and what it says is installed."""

from __future__ import annotations

import posixpath

from deployguard.model.place import Place
from deployguard.requirements.declared import ReadFile, Requirement
from deployguard.requirements.gathering import Gathering
from deployguard.requirements.lock_file import LockFile
from deployguard.requirements.lock_graph import Edge, Node, reached
from deployguard.requirements.poetry_lock import poetry_nodes
from deployguard.requirements.project import read_what_it_requires
from deployguard.requirements.pylock import read_pylock
from deployguard.requirements.toml_values import BadTomlError, read_toml
from deployguard.requirements.uv_lock import read_uv_lock

_NAMES = ("uv.lock", "pylock.toml", "poetry.lock")


def is_lock(path: str) -> bool:
    """Whether a path is named as a lock file is."""
    name = posixpath.basename(path)
    return name in _NAMES or (name.startswith("pylock.") and name.endswith(".toml"))


def read_lock(gathering: Gathering, origin: str, place: Place, asked: frozenset[str]) -> bool:
    """Read a lock file, or the lock of a project folder, and the project beside it.

    Returns whether everything that gets installed is now known.
    """
    path = origin if is_lock(origin) else _find(gathering, origin)
    folder = posixpath.dirname(origin) if is_lock(origin) else origin
    if not posixpath.basename(path or "").startswith("pylock"):
        read_what_it_requires(gathering, folder, asked)
    if path is None:
        gathering.missing(posixpath.join(origin, "uv.lock"), place, "no lock file in the repository")
        return False
    found = gathering.read(path, place)
    if found is None:
        return False
    real, content = found
    gathering.files[real, "lock"] = ReadFile(real, "lock", top=True, hashed=True, generated=True)
    try:
        _take(gathering, LockFile(real, content, read_toml(content), folder, asked))
    except BadTomlError as error:
        gathering.doubt(Place(real), str(error))
        return False
    return True


def _take(gathering: Gathering, lock: LockFile) -> None:
    name = posixpath.basename(lock.path)
    if name == "uv.lock":
        _add(gathering, lock, *read_uv_lock(gathering, lock))
    elif name == "poetry.lock":
        roots = tuple(Edge(each.name, "", each.extras, each.marker) for each in gathering.requirements)
        _add(gathering, lock, tuple(poetry_nodes(lock.document)), roots)
    else:
        gathering.locked.update(read_pylock(gathering, lock))


def _add(gathering: Gathering, lock: LockFile, nodes: tuple[Node, ...], roots: tuple[Edge, ...]) -> None:
    locked = reached(nodes, roots, gathering.artifact.runtime)
    gathering.locked.update(locked)
    if any(requirement.source != "local" for requirement in gathering.requirements):
        return
    for edge in roots:
        if edge.name in locked:
            at = lock.place_of(edge.name)
            gathering.add(
                Requirement(edge.name, at, "lock", edge.extras, "", edge.marker, edge.name, edge.name)
            )


def _find(gathering: Gathering, folder: str) -> str | None:
    """A workspace has its lock at the top: look there too."""
    while True:
        for name in _NAMES:
            path = posixpath.join(folder, name)
            if gathering.tree.entry(path):
                return path
        if not folder:
            return None
        folder = posixpath.dirname(folder)
