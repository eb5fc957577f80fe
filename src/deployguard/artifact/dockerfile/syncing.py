"""`uv sync`: the project that it installs, and the members of a workspace that this one needs.

Source: uv's documentation, "Using workspaces" and "Locking and syncing".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import zip_longest
from typing import NamedTuple

from deployguard.artifact.dockerfile.pip import place_project
from deployguard.artifact.dockerfile.project import Project
from deployguard.artifact.dockerfile.shop import Shop
from deployguard.artifact.dockerfile.stage import Installed
from deployguard.artifact.imagepath import absolute, joined, parent, relative
from deployguard.artifact.options import Options
from deployguard.model.distribution import normalised

_Members = Mapping[str, Project]


class _Sync(NamedTuple):
    """One `uv sync`: `lock` is the repository path of the lock file, `where` the folder that it installs into."""

    shop: Shop
    options: Options
    members: _Members
    lock: str | None
    where: str


def sync(shop: Shop, options: Options) -> None:
    """Record the lock file, its groups (`dev` by default), and the projects themselves unless they are left out."""
    folder = absolute(options.last("--project", "--directory") or ".", shop.cwd)
    top = _top(shop, folder)
    environment = absolute(shop.variables.get("UV_PROJECT_ENVIRONMENT", ".venv"), top)
    lock = shop.origin(f"/{joined(top, 'uv.lock')}")
    ours = _Sync(shop, options, _members(shop, top), lock, joined(environment, shop.stage.library))
    project = shop.project(folder)
    if project is None:
        shop.lacks(f"/{folder}/pyproject.toml", f"uv sync finds no pyproject.toml in /{folder}")
        if lock:
            shop.stage.installed.append(
                Installed(shop.add("uv-lock", lock, extras=_asked(options)), ours.where)
            )
    elif not lock and options.has("--locked", "--frozen"):
        shop.lacks(
            f"/{joined(top, 'uv.lock')}", f"uv sync finds no uv.lock in /{top}, and is told to write none"
        )
    for target in _targets(ours, project) if project else ():
        _install(ours, target)


def _install(ours: _Sync, target: Project) -> None:
    shop, options, lock = ours.shop, ours.options, ours.lock
    if lock:
        origin, text = (lock, "") if parent(lock) == target.origin else (target.origin, lock)
        locked = shop.add("uv-lock", origin, text, _asked(options))
    else:
        locked = shop.add("pyproject", target.origin, extras=_asked(options))
    shop.stage.installed.append(Installed(locked, ours.where))
    if options.has("--no-install-workspace", "--no-install-local", "--only-group"):
        return
    left_out = {normalised(name) for name in options.all("--no-install-package")}
    for project in _with_needed(ours, target):
        is_left_out = project is target and options.has("--no-install-project")
        if project.installable and not is_left_out and project.name not in left_out:
            entry = Installed(shop.add("local", project.origin, lock or ""), ours.where)
            place_project(shop, entry, project, editable=not options.has("--no-editable"))


def _targets(ours: _Sync, own: Project) -> list[Project]:
    if ours.options.has("--all-packages"):
        return [*ours.members.values()] or [own]
    names = ours.options.all("--package")
    found = [ours.members.get(normalised(name)) for name in names]
    for name, member in zip(names, found, strict=True):
        if member is None:
            ours.shop.doubt(f"uv sync names {name}, which is no member of the workspace in the image")
    return [member for member in found if member] if names else [own]


def _with_needed(ours: _Sync, target: Project) -> Iterator[Project]:
    """Yield a project and, from member to member, what it requires of the workspace or by a path."""
    waiting, seen = [target], {target.folder}
    while waiting:
        project = waiting.pop(0)
        yield project
        by_path = (ours.shop.project(absolute(path, project.folder)) for path in project.paths)
        for needed in (*(ours.members.get(name) for name in project.requires), *by_path):
            if needed is not None and needed.folder not in seen:
                seen.add(needed.folder)
                waiting.append(needed)


def _top(shop: Shop, folder: str) -> str:
    """Return the nearest folder from here up that holds a lock or says that it is a workspace; else this one."""
    at = folder
    while True:
        project = shop.project(at)
        if shop.origin(f"/{joined(at, 'uv.lock')}") or (project and project.members):
            return at
        if not at:
            return folder
        at = parent(at)


def _members(shop: Shop, top: str) -> dict[str, Project]:
    root = shop.project(top)
    if root is None:
        return {}
    found = {root.name: root}
    for path in sorted(shop.stage.files.below(top)):
        folder = parent(path)
        if path.endswith("/pyproject.toml") and any(
            _fits(relative(folder, top), glob) for glob in root.members
        ):
            member = shop.project(folder)
            if member is not None:
                found[member.name] = member
    return found


def _fits(path: str, glob: str) -> bool:
    if "**" in glob:
        return fnmatchcase(path, glob)
    pairs = zip_longest(path.split("/"), glob.removeprefix("./").rstrip("/").split("/"))
    return all(part is not None and one is not None and fnmatchcase(part, one) for part, one in pairs)


def _asked(options: Options) -> tuple[str, ...]:
    asked = [*options.all("--extra", "-E"), *options.all("--group", "--only-group", "--with")]
    if options.has("--all-extras", "--all-groups"):
        asked.append("*")
    if not options.has("--no-dev", "--no-default-groups", "--only-group"):
        asked.append("dev")
    return tuple(dict.fromkeys(asked))
