"""Services and jobs of Cloud Run that are built from a folder: by its Dockerfile, or by Google's buildpacks."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from deployguard.config.forms import RUNTIMES
from deployguard.discovery.deploys import Deploy
from deployguard.discovery.discover import Discovered, is_passed_over, nearest_runtime
from deployguard.discovery.images import launches_python
from deployguard.discovery.naming import is_free, service_name
from deployguard.model.runtime import Runtime
from deployguard.source.tree import SourceTree

# Google's buildpack for Python starts a Procfile's `web`, or else main.py or app.py ("Build a Python application").
# Where nothing says which Python, it takes its newest (the same page).
_NEWEST = Runtime.named(RUNTIMES[-1])
_STARTS = ("Procfile", "main.py", "app.py")
_UNSAID = "no file says its Python: the buildpack takes its newest"
_WEB = re.compile(r"^web\s*:\s*(.+)$", re.MULTILINE)
_REQUIREMENTS = ("requirements.txt", "pyproject.toml", "uv.lock")


def with_runs(
    tree: SourceTree, found: tuple[Discovered, ...], deploys: tuple[Deploy, ...]
) -> tuple[Discovered, ...]:
    """Complete what was found by the `gcloud run deploy --source` of scripts; what is built with its image is left alone."""
    result = {one.dockerfile or one.folder: one for one in found}
    for deploy in deploys:
        folder = _folder(tree, deploy) if deploy.kind != "function" and deploy.source else None
        known = result.get(folder or "")
        if folder is None or (known is not None and known.is_certain and known.kind == "function"):
            continue
        dockerfile = next(
            (path for path in deploy.images if path in result),
            posixpath.join(folder.strip("."), "Dockerfile"),
        )
        taken = frozenset(one.name for one in result.values())
        if dockerfile in result:
            result[dockerfile] = _named(replace(result[dockerfile], context=folder), deploy, taken)
        elif tree.entry(dockerfile) is None and not deploy.images and (deploy.name or folder != "."):
            made = known if known is not None and known.kind == "run" else _made(tree, folder, taken)
            result[folder] = _named(made, deploy, taken)
    for made in _by_procfile(tree, tuple(result.values())):
        result[made.folder] = made
    return tuple(map(_with_runtime, result.values()))


def _by_procfile(tree: SourceTree, found: tuple[Discovered, ...]) -> Iterator[Discovered]:
    """Yield folders whose Procfile starts Python; one at the top is what is left of other times where images are built."""
    known = {one.folder for one in found} | ({"."} if any(one.dockerfile for one in found) else set())
    taken = frozenset(one.name for one in found)
    for path in sorted(path for path in tree.entries if posixpath.basename(path) == "Procfile"):
        folder = posixpath.dirname(path) or "."
        if folder in known or tree.entry(posixpath.join(folder.strip("."), "Dockerfile")) is not None:
            continue
        blob = tree.entries[path].blob
        web = _WEB.search((tree.contents((blob,))[blob] or b"").decode("utf-8", "replace"))
        if web and launches_python(web[1]) and _is_built(tree, folder):
            made = _made(tree, folder, taken)
            taken |= {made.name}
            yield replace(made, notes=(*made.notes, "its Procfile starts it"))


def _made(tree: SourceTree, folder: str, taken: frozenset[str]) -> Discovered:
    name = service_name(folder.strip("."), taken)
    return Discovered(name, "run", folder, source=folder, runtime=nearest_runtime(tree, folder))


def _with_runtime(one: Discovered) -> Discovered:
    if not one.source or one.runtime is not None:
        return one
    return replace(one, runtime=_NEWEST, notes=(_UNSAID, *one.notes))


def _folder(tree: SourceTree, deploy: Deploy) -> str | None:
    """The first of a deploy's folders that can be built to something that starts Python."""
    return next((folder for folder in deploy.folders if _is_built(tree, folder)), None)


def _is_built(tree: SourceTree, folder: str) -> bool:
    if folder.startswith(("/", "..")) or "$" in folder or is_passed_over(tree, folder):
        return False
    names = tree.children(folder.strip("."))
    if "Dockerfile" in names:
        return True
    is_python = any(name in names for name in _REQUIREMENTS) and any(name in names for name in _STARTS)
    return is_python and ("package.json" not in names or "main.py" in names)


def _named(one: Discovered, deploy: Deploy, taken: frozenset[str]) -> Discovered:
    """Take name, runtime and start command of a deploy; the first that is read counts."""
    if any(note.startswith("as ") for note in one.notes):
        return one
    what = "deploys it, as a job" if deploy.kind == "job" else "deploys it"
    words = [word for flag in ("command", "args") for word in deploy.flag(flag).split(",") if word]
    return replace(
        one,
        name=deploy.name if is_free(deploy.name, taken - {one.name}) else one.name,
        runtime=Runtime.named(deploy.flag("base-image").rpartition("/")[2]) or one.runtime,
        command=tuple(words) if deploy.flag("command") else (),
        notes=(*one.notes, f"as {deploy.script}:{deploy.line} {what}"),
        left_out=_why_not(one, deploy),
    )


def _why_not(one: Discovered, deploy: Deploy) -> str:
    """What keeps a deploy from being written down here; empty where nothing does."""
    place = f"{deploy.script}:{deploy.line}"
    if one.source and deploy.makes_image:
        return f"{place} deploys it with a Dockerfile that the script makes"
    if one.dockerfile and one.context in deploy.staged:
        return f"{place} builds it in a folder that the script puts together"
    return ""
