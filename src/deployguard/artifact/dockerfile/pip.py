"""`pip install`, and what calls it by another name."""

from __future__ import annotations

import re

from deployguard.artifact.dockerfile.files import ImageLink
from deployguard.artifact.dockerfile.gopath import is_pattern
from deployguard.artifact.dockerfile.project import Project
from deployguard.artifact.dockerfile.shop import STDIN, Shop, where_pip
from deployguard.artifact.dockerfile.stage import Installed
from deployguard.artifact.imagepath import absolute, joined, parent
from deployguard.artifact.options import Options, valued
from deployguard.model.artifact import Install

_EXTRAS = re.compile(r"(.*?)\[([^\]]*)\]$")
PIP_VALUES = frozenset(
    [
        "-r",
        "--requirement",
        "-c",
        "--constraint",
        "-e",
        "--editable",
        "-t",
        "--target",
        "--prefix",
        "--root",
        "-i",
        "--index-url",
        "--extra-index-url",
        "-f",
        "--find-links",
        "--python-version",
        "--platform",
        "--abi",
        "--implementation",
        "--src",
        "--upgrade-strategy",
        "--no-binary",
        "--only-binary",
        "--progress-bar",
        "--trusted-host",
        "--cache-dir",
        "--timeout",
        "--default-timeout",
        "--retries",
        "--proxy",
        "--cert",
        "--client-cert",
        "--global-option",
        "--config-settings",
        "-C",
        "--report",
        "--log",
        "--exists-action",
        "--python",
        "-p",
        "--index",
        "--default-index",
        "--index-strategy",
        "--link-mode",
        "--exclude-newer",
        "--resolution",
        "--prerelease",
        "--extra",
        "--group",
        "--build-constraint",
        "-b",
        "--override",
        "--keyring-provider",
        "--root-user-action",
        "--use-feature",
        "--use-deprecated",
        "--torch-backend",
        "--only-group",
        "--requirements",
        "--constraints",
        "-w",
        "--wheel-dir",
        "-d",
        "--dest",
        "--upgrade-package",
        "-P",
        "--no-group",
        "--package",
        "--project",
        "--directory",
        "--no-install-package",
        "-o",
        "--output-file",
        "--with",
        "--without",
        "--only",
        "-E",
        "--extras",
        "--output",
        "--format",
        "--python-preference",
        "--allow-insecure-host",
        "--timeout",
        "--override",
        "--config-file",
    ]
)


def pip(shop: Shop, program: str, rest: tuple[str, ...]) -> None:
    """Replay `pip install`, or the `pip wheel` and `pip download` that an install from their folder may follow."""
    options = valued(rest, PIP_VALUES)
    action, *named = options.rest or ("",)
    if action in {"wheel", "download"}:
        folder = absolute(options.last("-w", "--wheel-dir", "-d", "--dest") or ".", shop.cwd)
        _requirements(shop, options, named, folder, waiting=True)
    elif action == "install":
        _requirements(shop, options, named, where_pip(shop, program, options), waiting=False)


def _requirements(shop: Shop, options: Options, named: list[str], where: str, *, waiting: bool) -> None:
    found: list[Install] = []
    for path in options.all("-r", "--requirement", "--requirements"):
        found += requirements_file(shop, "requirements", path)
    for path in options.all("-c", "--constraint", "--constraints"):
        found += requirements_file(shop, "constraints", path)
    for group in options.all("--group"):
        found += _groups(shop, group)
    for word in named:
        if _is_path(word):
            local(shop, word, where, editable=False, waiting=waiting)
        elif "$" in word or "`" in word:
            shop.doubt(f"pip installs {word}, whose value is not known")
        else:
            found.append(shop.add("direct", text=word))
    for word in options.all("-e", "--editable"):
        if _REMOTE.match(word):
            found.append(shop.add("direct", text=word))
        else:
            local(shop, word, where, editable=True)
    shop.stage.installed += [Installed(one, where, waiting=waiting) for one in found]


_REMOTE = re.compile(r"(?:git|hg|svn|bzr)\+|[a-z]+://|file:")


def _is_path(word: str) -> bool:
    if _REMOTE.match(word) or " @ " in word:
        return False
    if word.startswith((".", "/")) or word.endswith((".whl", ".tar.gz", ".zip")):
        return True
    return "/" in word and "$" not in word


def requirements_file(shop: Shop, kind: str, path: str) -> list[Install]:
    """Find a requirements file by its place in the image."""
    path = f"/{STDIN}" if path == "-" else path
    is_piped = path == f"/{STDIN}" and not shop.origin(path)
    if is_piped or _REMOTE.match(path) or "$" in path or "`" in path:
        shop.doubt(f"the requirements {path} are not a file that can be read here")
        return []
    origin = shop.origin(path)
    if origin and origin.rpartition("/")[2] == "pyproject.toml":
        return [shop.add("pyproject", parent(origin))]
    if origin:
        return [shop.add(kind, origin)]
    shop.lacks(path, f"{path} is not in the image when it is installed from")
    return []


def local(shop: Shop, word: str, where: str, *, editable: bool, waiting: bool = False) -> None:
    """Install a project folder; built wheels of an earlier `pip wheel` are installed by their folder."""
    named = _EXTRAS.match(word)
    path, extras = (named[1], tuple(named[2].split(","))) if named else (word, ())
    folder = absolute(path, shop.cwd)
    if is_pattern(path) or path.endswith(".whl"):
        _wheels(shop, parent(folder), where, word)
        return
    project = shop.project(folder)
    if project is None:
        detail = f"pip installs {word}, and the image has neither pyproject.toml nor setup.py there"
        shop.lacks(f"/{shop.project_file(folder)}", detail)
        return
    entry = Installed(
        shop.add("local", project.origin, extras=tuple(e.strip() for e in extras)), where, "", waiting
    )
    place_project(shop, entry, project, editable=editable)


def _wheels(shop: Shop, folder: str, where: str, word: str) -> None:
    ready = [one for one in shop.stage.installed if one.waiting and one.where == folder]
    if not ready:
        shop.doubt(f"pip installs {word}, which was not built here")
    shop.stage.installed += [one._replace(where=where, waiting=False) for one in ready]


def place_project(shop: Shop, entry: Installed, project: Project, *, editable: bool) -> None:
    """Put a project's packages where they will be imported from."""
    stage = shop.stage
    if editable:
        roots = project.roots
        stage.installed += [entry._replace(root=joined(project.folder, root)) for root in roots]
        return
    stage.installed.append(entry._replace(root=entry.where))
    if entry.waiting:
        return
    for root in project.roots:
        base = joined(project.folder, root)
        for path in list(stage.files.below(base)):
            below = path[len(base) :].lstrip("/")
            node = stage.files.nodes[path]
            if project.ships(root, below) and not isinstance(node, ImageLink):
                stage.files.put(joined(entry.where, below), node)


def _groups(shop: Shop, group: str) -> list[Install]:
    """Record `pip install --group [path:]name`."""
    path, colon, name = group.rpartition(":")
    origin = shop.origin(path if colon else "pyproject.toml")
    if not origin:
        shop.doubt(f"dependency group {group} has no pyproject.toml that was copied")
        return []
    return [shop.add("pyproject", parent(origin), extras=(name,))]
