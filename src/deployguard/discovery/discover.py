"""What a repository deploys, as far as its files tell: the first draft of deployguard.toml."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from deployguard.config.forms import RUNTIMES
from deployguard.discovery.images import context_of, image_of, is_dockerfile
from deployguard.discovery.naming import service_name
from deployguard.discovery.parts import imported_mains
from deployguard.discovery.targets import Target, bound_in, marked_by_text, targets_of
from deployguard.model.runtime import Runtime
from deployguard.model.service import Include
from deployguard.source.links import Resolved, resolve
from deployguard.source.tree import SourceTree

_SKIPPED = frozenset(
    {
        "__pycache__",
        "archive",
        "archived",
        "deprecated",
        "env",
        "fixtures",
        "node_modules",
        "site-packages",
        "test",
        "testdata",
        "testing",
        "tests",
    }
    | {"third_party", "vendor", "venv", "virtualenv"}
)
_REQUIREMENTS = ("requirements.txt", "pyproject.toml")
_APP_ENGINE = ("app.yaml", "app.yml")
_FRAMEWORK = b"functions_framework"
_LAMBDA = re.compile(r"(?i)(?:^|[/_-])lambdas?(?:[/_-]|$)")  # of another cloud, whose handlers look the same
_VARIANT = re.compile(
    r"(?i)(?:^|[.-])(?:base|build|builder|ci|debug|dev|develop|development|local|test|tests)(?:[.-]|$)"
)
_ANY_IMAGE = re.compile(r"(?i)(?:cloud[-_]?run|gcp|prod|production|release|slim|uv)?")


@dataclass(frozen=True, slots=True)
class Discovered:
    """Something deployable. `folder` is where it lives, `.` for the root; `name` is free for the user to change.

    `is_certain` says that the code itself shows it (a decorator, a start command), not a guess from a signature.
    `lacking` is what a COPY names and the context does not hold, as written.
    `trigger` is a key of the configured trigger with its value, where a deploy script says it. `bound` are all the names
    that its main.py binds, any of which a deploy may call; `include` is what deploy scripts copy beside main.py. `source` is
    the folder that buildpacks build to a service without a Dockerfile, `command` what is started in it; `ignore` are rules that cannot judge it,
    and `left_out` says why a configuration cannot hold it.
    """

    name: str
    kind: str
    folder: str
    targets: tuple[Target, ...] = ()
    dockerfile: str = ""
    context: str = "."
    source: str = ""
    command: tuple[str, ...] = ()
    runtime: Runtime | None = None
    trigger: tuple[tuple[str, str], ...] = ()
    linked: tuple[str, ...] = ()
    bound: tuple[Target, ...] = ()
    include: tuple[Include, ...] = ()
    ignore: tuple[str, ...] = ()
    left_out: str = ""
    notes: tuple[str, ...] = ()
    is_certain: bool = True
    lacking: tuple[str, ...] = ()


def discover(tree: SourceTree, known: frozenset[str] = frozenset()) -> tuple[Discovered, ...]:
    """Find functions and Dockerfiles that start Python, by path; folders in `known` (`.` the root) are left out.

    So are the parts of those. Tests, archives, vendored code, virtual environments and App Engine applications are no services.
    """
    found: list[Discovered] = []
    taken: frozenset[str] = frozenset()
    folders = tuple(folder for folder in _folders(tree, "") if (folder or ".") not in known)
    for folder in folders:
        candidates = _in_folder(tree, folder, found)
        for candidate in candidates:
            own = _told_apart(candidate.dockerfile) if len(candidates) > 1 or not folder else ""
            name = service_name(_at(folder, own).strip("/"), taken)
            taken |= {name}
            found.append(replace(candidate, name=name))
    parts = _parts_of_all(tree, known, found)
    return tuple(one for one in found if one.folder not in parts)


def _parts_of_all(tree: SourceTree, known: frozenset[str], found: Sequence[Discovered]) -> frozenset[str]:
    """Return the parts of the known folders around what was found: the others need not be read."""
    around = [
        folder
        for folder in known
        if any(one.folder.startswith(f"{folder.strip('.')}/".lstrip("/")) for one in found)
    ]
    return frozenset[str]().union(*(parts_of(tree, folder) for folder in around))


def named_in(tree: SourceTree, folder: str) -> tuple[Target, ...]:
    """Return every name that the main.py of a folder binds."""
    content = _content(tree, _at(folder.strip("."), "main.py"))
    if content is None:
        return ()
    try:
        return bound_in(content)
    except SyntaxError:
        return ()


def parts_of(tree: SourceTree, folder: str) -> frozenset[str]:
    """Return the folders whose functions the main.py of `folder` imports, to be called through itself."""
    inside = folder.strip(".")
    content = _content(tree, _at(inside, "main.py"))
    return (
        frozenset(_at(inside, place) for place in imported_mains(content))
        if content is not None
        else frozenset()
    )


def is_passed_over(tree: SourceTree, folder: str) -> bool:
    """Whether nothing in a folder is ever deployed as a function: tests, vendored code, App Engine."""
    parts = folder.split("/")
    return any(part in _SKIPPED or part.startswith("{{") for part in parts) or any(
        name in tree.children(folder.strip(".")) for name in _APP_ENGINE
    )


def _folders(tree: SourceTree, folder: str) -> Iterator[str]:
    names = tree.children(folder)
    if "pyvenv.cfg" in names:
        return
    yield folder
    for name in names:
        path = f"{folder}/{name}" if folder else name
        if tree.is_folder(path) and name not in _SKIPPED and not name.startswith((".", "{{")):
            yield from _folders(tree, path)


def _in_folder(tree: SourceTree, folder: str, found: list[Discovered]) -> list[Discovered]:
    names = tree.children(folder)
    images = [image for name in names if is_dockerfile(name) and (image := _image(tree, folder, name))]
    if any(name in names and not (images and _is_standard(tree, _at(folder, name))) for name in _APP_ENGINE):
        return []
    if len(images) > 1:
        images = [image for image in images if not is_variant(image.dockerfile)] or images
    if images or "main.py" not in names or not any(name in names for name in _REQUIREMENTS):
        return images
    return _function(tree, folder, found)


def _image(tree: SourceTree, folder: str, name: str) -> Discovered | None:
    path = _at(folder, name)
    content = _content(tree, path)
    image = image_of(content.decode("utf-8", "replace")) if content is not None else None
    if image is None or not image.starts_python:
        return None
    context, missing = context_of(tree, path, image)
    return Discovered("", "run", folder or ".", dockerfile=path, context=context, lacking=missing)


def _is_standard(tree: SourceTree, path: str) -> bool:
    """Whether an app.yaml is of the standard environment, which builds no Dockerfile."""
    content = _content(tree, path) or b""
    return bool(re.search(rb"(?m)^runtime:\s*[\"']?python3\d", content)) and not re.search(
        rb"\bflex", content
    )


def is_variant(dockerfile: str) -> bool:
    """Whether a Dockerfile says by its name that it is for development, tests or a base of others."""
    return _VARIANT.search(dockerfile.rpartition("/")[2]) is not None


def _told_apart(dockerfile: str) -> str:
    """Return what the name of a Dockerfile says beside that it is one: `worker` of `Dockerfile.worker`."""
    name = re.sub(r"(?i)^dockerfile[.-]?|[.-]?dockerfile$", "", dockerfile.rpartition("/")[2])
    return "" if _ANY_IMAGE.fullmatch(name) else name


def _function(tree: SourceTree, folder: str, found: list[Discovered]) -> list[Discovered]:
    content = _content(tree, _at(folder, "main.py"))
    if content is None:
        return []
    runtime = nearest_runtime(tree, folder)
    broken: tuple[str, ...] = ()
    try:
        targets = targets_of(content)
    except SyntaxError as error:
        broken = (f"main.py is not Python that can be read: {error.msg} (line {error.lineno or 0})",)
        targets = marked_by_text(content) if _FRAMEWORK in content else ()
    is_certain = bool(targets) and targets[0].marked
    if not is_certain and _LAMBDA.search(folder):
        return []
    around = _function_around(folder, found)
    if not targets or (around and not is_certain):
        return []
    notes = (*broken, f"lies inside `{around}`, which uploads it too") if around else broken
    linked = _linked(tree, folder)
    return [
        Discovered(
            "",
            "function",
            folder or ".",
            targets,
            runtime=runtime,
            linked=linked,
            notes=notes,
            is_certain=is_certain,
        )
    ]


def _function_around(folder: str, found: list[Discovered]) -> str:
    functions = (one for one in found if one.kind == "function" and one.folder != ".")
    return next((one.folder for one in functions if folder.startswith(f"{one.folder}/")), "")


def _linked(tree: SourceTree, folder: str) -> tuple[str, ...]:
    """Return the outermost folders of the repository that links in `folder` lead to, outside of it."""
    leads = set()
    for path in tree.below(folder):
        entry = tree.entry(path)
        if entry is not None and entry.is_link:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), tree.link_target(path)))
            if folder and not target.startswith(("/", "..", f"{folder}/")):
                leads.add(target.split("/")[0])
    return tuple(sorted(leads))


def nearest_runtime(tree: SourceTree, folder: str) -> Runtime | None:
    """Read the nearest `.python-version`, from the folder up to the root."""
    folder = folder.strip(".")
    while True:
        content = _content(tree, _at(folder, ".python-version"))
        if content is not None:
            first = re.match(rb"\s*(?:python-?)?(\d+\.\d+)", content)
            runtime = Runtime.versioned(first[1].decode()) if first else None
            return runtime if runtime is not None and runtime.name in RUNTIMES else None
        if not folder:
            return None
        folder = posixpath.dirname(folder)


def _content(tree: SourceTree, path: str) -> bytes | None:
    found = resolve(tree, path)
    if not isinstance(found, Resolved) or found.entry is None:
        return None
    return tree.contents((found.entry.blob,))[found.entry.blob]


def _at(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
