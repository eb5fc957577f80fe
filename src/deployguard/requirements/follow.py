"""Requirements files, with the files that they include and the local projects that they name."""

from __future__ import annotations

from deployguard.model.distribution import normalised
from deployguard.model.place import Place
from deployguard.model.problem import Problem, ProblemKind
from deployguard.requirements.declared import IndexOption, ReadFile, Requirement
from deployguard.requirements.gathering import Gathering
from deployguard.requirements.lines import Line, parse_requirements
from deployguard.requirements.project import read_project
from deployguard.requirements.whereabouts import (
    arrives,
    is_built_by_buildpack,
    local_file,
    nested_file,
    project_folder,
)

_NOT_A_FILE = ("http:", "https:", "ftp:", "file:")


def read_file(
    gathering: Gathering, path: str, place: Place, kind: str = "requirements", *, top: bool = False
) -> None:
    """Read a requirements file (`kind` may be `constraints`) and all that it includes, each once.

    `place` is where the file is named.
    """
    if (kind, path) in gathering.done:
        return
    gathering.done.add((kind, path))
    found = gathering.read(path, place)
    if found is None:
        return
    real, content = found
    parsed = parse_requirements(content)
    gathering.files[real, kind] = ReadFile(real, kind, top, parsed.hashed, parsed.generated)
    if parsed.reason:
        gathering.doubt(Place(real), parsed.reason)
    for line in parsed.lines:
        _take(gathering, path, Place(real, line.line), line, kind)


def _take(gathering: Gathering, path: str, place: Place, line: Line, kind: str) -> None:
    if line.refused:
        detail = f"pip refuses the line {line.raw!r}: {line.reason}"
        gathering.problems.append(Problem(ProblemKind.REFUSED_LINE, line.name or path, place, detail))
    match line.kind:
        case "include":
            _include(gathering, path, place, line.target, "requirements")
        case "constrain":
            _include(gathering, path, place, line.target, "constraints")
        case "option":
            gathering.options.append(IndexOption(line.name, line.target, place))
        case _ if kind == "constraints":
            if line.kind == "named":
                gathering.constraints.append(_requirement(line, place))
        case "path":
            _local(gathering, path, place, line)
        case "unreadable":
            gathering.doubt(place, f"{line.raw}: {line.reason}")
            if line.name:
                gathering.add(_requirement(line, place))
        case _:
            gathering.add(_requirement(line, place))


def _include(gathering: Gathering, path: str, place: Place, target: str, kind: str) -> None:
    if target.lower().startswith(_NOT_A_FILE) or "${" in target:
        if kind == "requirements":
            gathering.doubt(place, f"{target} is read during the build, not from the repository")
        return
    nested = nested_file(gathering.artifact, path, target)
    if is_built_by_buildpack(gathering.artifact) and not arrives(gathering.artifact, path, target):
        detail = f"{target} is not uploaded with the function: the build cannot read it"
        gathering.problems.append(Problem(ProblemKind.MISSING_PATH, nested, place, detail))
    read_file(gathering, nested, place, kind)


def _local(gathering: Gathering, path: str, place: Place, line: Line) -> None:
    folder = project_folder(gathering.tree, gathering.artifact, path, line.target)
    if folder is not None:
        read_project(gathering, folder, place, line.extras, marker=line.marker)
    elif local_file(gathering.tree, path, line.target) is None:
        gathering.missing(line.target, place, "neither a project folder nor a file of the repository")
    elif not line.name:
        gathering.doubt(place, f"{line.target}: which distribution the archive holds cannot be told")
    if line.name and folder is None:
        gathering.add(_requirement(line, place))


def _requirement(line: Line, place: Place) -> Requirement:
    extras = tuple(normalised(extra) for extra in line.extras)
    return Requirement(
        normalised(line.name), place, "requirements", extras, line.specifier, line.marker, line.text, line.raw
    )
