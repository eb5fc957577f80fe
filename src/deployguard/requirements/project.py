"""What a project folder of the repository declares: pyproject.toml, or setup.cfg and setup.py."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import TYPE_CHECKING

from deployguard.model.distribution import normalised
from deployguard.model.place import Place
from deployguard.requirements.declared import ReadFile, Requirement
from deployguard.requirements.gathering import Gathering
from deployguard.requirements.groups import group_texts
from deployguard.requirements.lines import parse_requirements
from deployguard.requirements.markers import UnreadableMarkerError, holds
from deployguard.requirements.poetry import add_poetry
from deployguard.requirements.roots import module_roots
from deployguard.requirements.toml_values import BadTomlError, Table, line_of, read_toml, strings, table, text
from deployguard.requirements.whereabouts import is_project
from deployguard.requirements.written import read_requirement

if TYPE_CHECKING:
    from deployguard.requirements.setup_files import Setup


def read_project(
    gathering: Gathering, folder: str, place: Place, extras: Iterable[str] = (), *, marker: str = ""
) -> None:
    """Read a project that is installed from its folder: its requirements, and where its modules lie.

    `place` is where the install stands; `extras` are extras or dependency groups asked for.
    """
    if not _applies(gathering, marker, place):
        return
    asked = frozenset(normalised(extra) for extra in extras)
    if ("project", folder, *sorted(asked)) in gathering.done:
        return
    gathering.done.add(("project", folder, *sorted(asked)))
    pyproject = posixpath.join(folder, "pyproject.toml")
    found = gathering.read(pyproject, place) if gathering.tree.entry(pyproject) else None
    document = _document(gathering, found) if found else {}
    roots = module_roots(gathering.tree, folder, document)
    gathering.roots.update(dict.fromkeys(roots))
    name = read_pyproject(gathering, folder, found, document, asked)
    if name is None:
        name = _read_setup(gathering, folder, asked)
    if name:
        gathering.requirements.append(Requirement(normalised(name), place, "local", text=name))
        module = normalised(name).replace("-", "_")
        if any(_holds_module(gathering, posixpath.join(root, module)) for root in roots):
            gathering.own[folder] = normalised(name)


def _holds_module(gathering: Gathering, path: str) -> bool:
    return gathering.tree.is_folder(path) or gathering.tree.entry(f"{path}.py") is not None


def read_what_it_requires(gathering: Gathering, folder: str, asked: frozenset[str]) -> None:
    """Read the requirements of a project that is not installed itself (`uv sync`, `pip install -r pyproject.toml`)."""
    pyproject = posixpath.join(folder, "pyproject.toml")
    found = gathering.read(pyproject, Place(pyproject)) if gathering.tree.entry(pyproject) else None
    document = _document(gathering, found) if found else {}
    if read_pyproject(gathering, folder, found, document, asked) is None:
        _read_setup(gathering, folder, asked)


def read_pyproject(
    gathering: Gathering, folder: str, found: tuple[str, bytes] | None, document: Table, asked: frozenset[str]
) -> str | None:
    """Read the requirements of a pyproject.toml; return the project's name, None where setup.py or .cfg must tell."""
    if found is None:
        return None
    path, content = found
    gathering.files[path, "project"] = ReadFile(path, "project", top=True)
    for written in group_texts(table(document, "dependency-groups"), asked):
        _add(gathering, path, content, (written,))
    if table(document, "tool", "poetry"):
        for target, place in add_poetry(gathering, path, content, document, asked):
            _read_local(gathering, folder, target, place)
    project = table(document, "project")
    if not project:
        return text(table(document, "tool", "poetry").get("name")) or None
    _add(gathering, path, content, strings(project.get("dependencies")))
    for extra, texts in table(project, "optional-dependencies").items():
        if asked & {"*", normalised(extra)}:
            _add(gathering, path, content, strings(texts))
    _add_dynamic(gathering, folder, Place(path, line_of(content, "dynamic")), document, asked)
    return text(project.get("name"))


def _read_local(gathering: Gathering, folder: str, target: str, place: Place) -> None:
    there = posixpath.normpath(posixpath.join(folder, target))
    if is_project(gathering.tree, there):
        read_project(gathering, there, place)
    elif not target.endswith((".whl", ".gz", ".zip")) or gathering.read(there, place):
        gathering.doubt(place, f"{target}: no project folder whose requirements could be read")


def _add_dynamic(
    gathering: Gathering, folder: str, place: Place, document: Table, asked: frozenset[str]
) -> None:
    """Read requirements that are declared to come from elsewhere (`dynamic`; setuptools' and hatch's own ways)."""
    dynamic = strings(table(document, "project").get("dynamic"))
    own = table(document, "tool", "setuptools", "dynamic")
    hook = table(document, "tool", "hatch", "metadata", "hooks", "requirements_txt")
    if "dependencies" in dynamic:
        files = strings(table(own, "dependencies").get("file")) + strings(hook.get("files"))
        for file in files:
            _add_file(gathering, posixpath.join(folder, file), place)
        if (
            not files
            and not table(document, "tool", "poetry")
            and _read_setup(gathering, folder, asked) is None
        ):
            gathering.doubt(place, "its dependencies are dynamic: the build computes them")
    for extra, table_ in table(own, "optional-dependencies").items():
        if normalised(extra) in asked and "optional-dependencies" in dynamic:
            for file in strings(table(table_).get("file")):
                _add_file(gathering, posixpath.join(folder, file), place)


def _add_file(gathering: Gathering, path: str, place: Place) -> None:
    found = gathering.read(path, place)
    if found is None:
        return
    for line in parse_requirements(found[1]).lines:
        at = Place(found[0], line.line)
        if line.kind == "named":
            gathering.add_written(read_requirement(line.text), at, "project", line.raw)
        elif line.kind != "option":
            gathering.doubt(
                at, line.reason or f"{line.raw}: not a plain requirement, as a dynamic file must hold"
            )


def _read_setup(gathering: Gathering, folder: str, asked: frozenset[str]) -> str | None:
    """Read setup.cfg and setup.py; None when the folder has neither."""
    from deployguard.requirements.setup_files import read_setup_cfg, read_setup_py

    name = None
    for file, reader in (("setup.cfg", read_setup_cfg), ("setup.py", read_setup_py)):
        path = posixpath.join(folder, file)
        found = gathering.read(path, Place(path)) if gathering.tree.entry(path) else None
        setup = reader(found[1]) if found else None
        if found and setup:
            _add_setup(gathering, found, setup, asked)
            name = setup.name or name or ""
    return name


def _add_setup(gathering: Gathering, found: tuple[str, bytes], setup: Setup, asked: frozenset[str]) -> None:
    path, content = found
    gathering.files[path, "project"] = ReadFile(path, "project", top=True)
    opened = [posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) for file in setup.opened]
    there = [file for file in opened if gathering.tree.entry(file)]
    for file in there:
        _add_file(gathering, file, Place(path, setup.line))
    if setup.reason and not there:
        gathering.doubt(Place(path, setup.line), setup.reason)
    _add(gathering, path, content, setup.requires)
    for extra, texts in setup.extras:
        if normalised(extra) in asked:
            _add(gathering, path, content, texts)
    for file in setup.files:
        _add_file(gathering, posixpath.join(posixpath.dirname(path), file), Place(path))


def _add(gathering: Gathering, path: str, content: bytes, texts: Iterable[str]) -> None:
    for written in texts:
        place = Place(path, line_of(content, written, read_requirement(written).name or written))
        gathering.add_written(read_requirement(written), place, "project")


def _document(gathering: Gathering, found: tuple[str, bytes]) -> Table:
    try:
        return read_toml(found[1])
    except BadTomlError as error:
        gathering.doubt(Place(found[0]), str(error))
        return {}


def _applies(gathering: Gathering, marker: str, place: Place) -> bool:
    try:
        return holds(marker, gathering.artifact.runtime)
    except UnreadableMarkerError as error:
        gathering.doubt(place, str(error))
        return True
