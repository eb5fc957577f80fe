"""What a service declares: the installs of its artifact, read."""

from __future__ import annotations

import posixpath

from deployguard.model.artifact import Artifact, Install
from deployguard.model.distribution import normalised
from deployguard.requirements.declared import DeclaredSet
from deployguard.requirements.follow import read_file
from deployguard.requirements.gathering import Gathering
from deployguard.requirements.locks import is_lock, read_lock
from deployguard.requirements.project import read_project, read_what_it_requires
from deployguard.requirements.whereabouts import PROJECT_FILES, is_built_by_buildpack, is_project
from deployguard.requirements.written import read_requirement
from deployguard.source.tree import SourceTree

FRAMEWORK = "functions-framework"
_LOCKS = frozenset({"uv-lock", "poetry-lock"})


def declared(tree: SourceTree, artifact: Artifact) -> DeclaredSet:
    """Read every install of an artifact; markers are evaluated for its runtime.

    Never raises on bad content: what cannot be read is among the `unknowns`, with place and reason.
    """
    gathering = Gathering(tree, artifact)
    gathering.unknowns.extend(unknown for unknown in artifact.unknowns if unknown.covers == "installs")
    complete = [_read(gathering, install) for install in artifact.installs if install.kind != "constraints"]
    for install in artifact.installs:
        if install.kind == "constraints":
            read_file(gathering, install.origin, install.place, "constraints", top=True)
    return gathering.frozen(_implied(artifact, gathering), complete=bool(complete) and all(complete))


def _read(gathering: Gathering, install: Install) -> bool:
    """Read one install; return whether nothing but what it lists can come with it."""
    asked = frozenset(normalised(extra) for extra in install.extras)
    match install.kind:
        case "requirements" | "uv-lock" | "poetry-lock" if is_lock(install.origin):
            return read_lock(gathering, install.origin, install.place, asked)
        case "uv-lock":
            return read_lock(gathering, install.origin, install.place, asked)
        case "requirements" if posixpath.basename(install.origin) in PROJECT_FILES:
            read_what_it_requires(gathering, posixpath.dirname(install.origin), asked)
        case "requirements":
            before = set(gathering.files)
            read_file(gathering, install.origin, install.place, top=True)
            return any(file.hashed for key, file in gathering.files.items() if key not in before)
        case "direct":
            gathering.add_written(read_requirement(install.text), install.place, "direct")
        case "pyproject" | "local" if not is_project(gathering.tree, _folder(install.origin)):
            gathering.missing(install.origin, install.place, "no project folder of the repository")
        case "pyproject":
            read_what_it_requires(gathering, _folder(install.origin), asked)
        case "local":
            read_project(gathering, _folder(install.origin), install.place, install.extras)
            # An install of its own has laid the project's modules out; one that a requirements file names has not.
            gathering.followed.update(
                name for at, name in gathering.own.items() if at == _folder(install.origin)
            )
            return bool(install.text) or _is_locked(gathering.artifact, _folder(install.origin))
        case _:
            gathering.doubt(
                install.place, f"{install.origin or install.text}: {install.kind} files cannot be read"
            )
    return False


def _is_locked(artifact: Artifact, folder: str) -> bool:
    """Whether what a project requires comes from a lock, so that installing the project itself adds nothing."""
    locks = (install.origin for install in artifact.installs if install.kind in _LOCKS)
    return any(folder == (posixpath.dirname(origin) if is_lock(origin) else origin) for origin in locks)


def _folder(origin: str) -> str:
    folder = posixpath.dirname(origin) if posixpath.basename(origin) in PROJECT_FILES else origin
    return "" if folder == "." else folder.rstrip("/")


def _implied(artifact: Artifact, gathering: Gathering) -> tuple[str, ...]:
    """What the buildpack adds: the framework, unless it is named, or a pyproject.toml stands in for requirements.txt.

    Source: GoogleCloudPlatform/buildpacks, cmd/python/functions_framework.
    """
    named = {requirement.name for requirement in gathering.requirements}
    by_project = any(install.kind in {"pyproject", *_LOCKS} for install in artifact.installs)
    if not is_built_by_buildpack(artifact) or by_project or FRAMEWORK in named:
        return ()
    return (FRAMEWORK,)
