"""A Python project in an image: where its packages lie, and the commands it defines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from deployguard.artifact.dockerfile.files import ImageFiles
from deployguard.artifact.imagepath import joined, parent
from deployguard.model.artifact import ArtifactFile
from deployguard.model.distribution import normalised
from deployguard.source.tree import SourceTree

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
_NOT_SHIPPED = frozenset({"setup.py", "conftest.py", "noxfile.py", "tasks.py", "fabfile.py", "manage.py"})
_NOT_PACKAGES = frozenset(
    {"tests", "test", "docs", "doc", "examples", "scripts", "build", "dist", "node_modules"}
)


class Project(NamedTuple):
    """`folder` in the image, `origin` in the repository, `roots` below the folder that hold its packages.

    `installable`: it declares a build system, so that `uv sync` and `poetry install` install it too.
    `scripts` are its commands, by name, as `module:attribute`; `groups` what `poetry install` adds unasked.
    `name` and `requires` are comparable names; `requires` has those of every extra and group. `members` are the globs
    of a workspace, `paths` the folders of what it requires by path.
    """

    folder: str
    origin: str
    roots: tuple[str, ...]
    installable: bool
    scripts: Mapping[str, str]
    groups: tuple[str, ...] = ()
    name: str = ""
    requires: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    def ships(self, root: str, path: str) -> bool:
        """Tell whether an ordinary build puts the file at `path` below `root` into the distribution."""
        top, slash, _ = path.partition("/")
        if top.startswith(".") or not path:
            return False
        if root:
            return True
        return top not in _NOT_PACKAGES if slash else top.endswith(".py") and top not in _NOT_SHIPPED


def read_project(tree: SourceTree, files: ImageFiles, folder: str) -> Project | None:
    """Read the project in an image folder; None when neither pyproject.toml nor setup.py was copied there."""
    for name in ("pyproject.toml", "setup.py", "setup.cfg"):
        node = files.nodes.get(files.real(joined(folder, name)))
        if isinstance(node, ArtifactFile) and node.origin:
            table = _table(tree, node) if name == "pyproject.toml" else {}
            has_src = files.is_folder(joined(folder, "src")) or tree.is_folder(
                joined(parent(node.origin), "src")
            )
            roots = tuple(_roots(table, has_src))
            installable = (
                "build-system" in table or "poetry" in _at(table, "tool") or name != "pyproject.toml"
            )
            if (
                _at(table, "tool", "uv").get("package") is False
                or _at(table, "tool", "poetry").get("package-mode") is False
            ):
                installable = False
            origin = node.origin.rpartition("/")[0]
            return Project(
                folder,
                origin,
                roots,
                installable,
                _scripts(table),
                _groups(table),
                normalised(str(_at(table, "project").get("name", ""))),
                tuple(_requires(table)),
                _texts(_at(table, "tool", "uv", "workspace").get("members")),
                tuple(_paths(table)),
            )
    return None


def _table(tree: SourceTree, node: ArtifactFile) -> dict[str, object]:
    content = tree.contents((node.blob,))[node.blob]
    import tomllib

    try:
        return tomllib.loads((content or b"").decode("utf-8", "replace"))
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _at(table: Mapping[str, object], *keys: str) -> Mapping[str, object]:
    for key in keys:
        found = table.get(key)
        if not isinstance(found, dict):
            return {}
        table = found
    return table


def _scripts(table: Mapping[str, object]) -> dict[str, str]:
    found = {**_at(table, "tool", "poetry", "scripts"), **_at(table, "project", "scripts")}
    return {name: target for name, target in found.items() if isinstance(target, str)}


def _requires(table: Mapping[str, object]) -> Iterator[str]:
    project = _at(table, "project")
    listed = (*_at(project, "optional-dependencies").values(), *_at(table, "dependency-groups").values())
    for texts in (project.get("dependencies"), *listed):
        for text in _texts(texts):
            if match := _NAME.match(text):
                yield normalised(match[0])


def _paths(table: Mapping[str, object]) -> Iterator[str]:
    sources = _at(table, "tool", "uv", "sources")
    for name in sources:
        yield from _texts(_at(sources, name).get("path"))


def _groups(table: Mapping[str, object]) -> tuple[str, ...]:
    """Source: Poetry, "Dependency groups": all but those that are `optional`; `dev` is also the older table's name."""
    groups = _at(table, "tool", "poetry", "group")
    return (
        *dict.fromkeys(("dev", *(name for name in groups if _at(groups, name).get("optional") is not True))),
    )


def _roots(table: Mapping[str, object], has_src: bool) -> Iterator[str]:
    """Yield the folders that packages are found in: as configured, else `src` where it is, else the folder itself."""
    seen: set[str] = set()
    for root in _configured(table):
        cleaned = "/".join(part for part in root.split("/") if part not in {"", "."})
        if cleaned not in seen:
            seen.add(cleaned)
            yield cleaned
    if not seen:
        yield "src" if has_src else ""


def _configured(table: Mapping[str, object]) -> Iterator[str]:
    setuptools = _at(table, "tool", "setuptools")
    yield from _texts(_at(setuptools, "packages", "find").get("where"))
    yield from _texts(_at(setuptools, "package-dir").get(""))
    packages = _at(table, "tool", "poetry").get("packages")
    for package in packages if isinstance(packages, list) else []:
        if isinstance(package, dict):
            yield from _texts(package.get("from", ""))
    wheel = _at(table, "tool", "hatch", "build", "targets", "wheel").get("packages")
    yield from (path.rpartition("/")[0] for path in _texts(wheel))
    yield from _texts(_at(table, "tool", "uv", "build-backend").get("module-root"))


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
