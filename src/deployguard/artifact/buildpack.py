"""What arrives for a `run` service without a Dockerfile: Google's buildpacks build its folder.

Source: GoogleCloudPlatform/buildpacks, cmd/python (missing_entrypoint, webserver, pip, uv, runtime).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from deployguard.artifact.function import Staging
from deployguard.artifact.ignore import upload_rules
from deployguard.artifact.imagepath import absolute, joined
from deployguard.artifact.launch.read import read_launch
from deployguard.artifact.launch.start import Ground, Unread
from deployguard.model.artifact import Artifact, ArtifactFile, Install, Launch, Unknown
from deployguard.model.place import Place
from deployguard.model.problem import Problem
from deployguard.model.runtime import Runtime
from deployguard.model.service import Service
from deployguard.source.tree import SourceTree

WORKSPACE = "workspace"
_WEB = re.compile(r"^web\s*:\s*(.+?)\s*$", re.MULTILINE)
_SMART_DEFAULT = Runtime(3, 13)  # from here on the buildpack chooses by what is required


@dataclass(frozen=True, slots=True)
class _Upload:
    """The folder as deployguard uploads it, links dereferenced."""

    tree: SourceTree
    files: Mapping[str, ArtifactFile]
    problems: tuple[Problem, ...]
    ignored: Mapping[str, tuple[str, Place]]

    def text(self, path: str) -> str | None:
        file = self.files.get(path)
        content = self.tree.contents((file.blob,))[file.blob] if file else None
        return None if content is None else content.decode("utf-8", "replace")


def buildpack_artifact(tree: SourceTree, service: Service) -> Artifact:
    """Tell what `gcloud run deploy --source` would build from the folder `service.source`.

    Links and ignore files are taken as for a function. What the buildpack would decide by what is not in the repository (its own
    environment variables) is not guessed at.
    """
    upload = _uploaded(tree, service)
    runtime = _runtime(upload, service)
    source = absolute(service.source)
    words, place = _start(upload, service, runtime, source)
    ground = Ground(upload.files, upload.text, place)
    launch = read_launch(words, WORKSPACE, {"PYTHONPATH": ""}, ground)
    unknowns: list[Unknown] = []
    if isinstance(launch, Unread):
        unknowns.append(Unknown("launch", place, launch.reason))
        launch = Launch(by="unknown", roots=(WORKSPACE,), place=place)
    return Artifact(
        service=service.name,
        runtime=runtime,
        files=upload.files,
        launch=launch,
        installs=_installs(upload, source),
        recipe=(("command", "\0".join(words)), ("runtime", runtime.name)),
        problems=upload.problems,
        unknowns=tuple(unknowns),
        ignored=upload.ignored,
    )


def _uploaded(tree: SourceTree, service: Service) -> _Upload:
    staging = Staging(tree)
    source = absolute(service.source)
    staging.add(source, "", upload_rules(tree, source))
    for include in service.include:
        staging.add(include.source, include.to)
    files = {joined(WORKSPACE, path): file for path, file in staging.files.items()}
    ignored = {joined(WORKSPACE, path): why for path, why in staging.ignored.items()}
    return _Upload(tree, files, tuple(staging.problems), ignored)


def _runtime(upload: _Upload, service: Service) -> Runtime:
    wanted = upload.text(joined(WORKSPACE, ".python-version")) or ""
    return Runtime.versioned(wanted.strip()) or service.runtime


def _start(upload: _Upload, service: Service, runtime: Runtime, source: str) -> tuple[tuple[str, ...], Place]:
    """Choose the start command: configured, by Procfile, by project.toml, else the buildpack's default."""
    if service.command:
        return service.command, Place(source)
    procfile = joined(source, "Procfile")
    text = upload.text(joined(WORKSPACE, "Procfile")) or ""
    if web := _WEB.search(text):
        return ("sh", "-c", web[1]), Place(procfile, text.count("\n", 0, web.start()) + 1)
    if entrypoint := _project_entrypoint(upload):
        return ("sh", "-c", entrypoint), Place(joined(source, "project.toml"))
    return _default(upload, runtime), Place(source)


def _project_entrypoint(upload: _Upload) -> str | None:
    """Read GOOGLE_ENTRYPOINT from project.toml (buildpacks.io, "project descriptor")."""
    table = _toml(upload, "project.toml")
    for keys in (("io", "buildpacks", "build"), ("build",)):
        at: object = table
        for key in keys:
            at = at.get(key) if isinstance(at, dict) else None
        env = at.get("env") if isinstance(at, dict) else None
        for pair in env if isinstance(env, list) else []:
            if isinstance(pair, dict) and pair.get("name") == "GOOGLE_ENTRYPOINT":
                return str(pair.get("value"))
    return None


def _default(upload: _Upload, runtime: Runtime) -> tuple[str, ...]:
    has_main = joined(WORKSPACE, "main.py") in upload.files
    if not has_main and joined(WORKSPACE, "app.py") not in upload.files:
        return ()
    module = "main" if has_main else "app"
    gunicorn = ("gunicorn", "-b", ":8080", f"{module}:app")
    if runtime < _SMART_DEFAULT or _requires(upload, "gunicorn"):
        return gunicorn
    if _requires(upload, "uvicorn") or _requires(upload, "fastapi[standard]"):
        return ("uvicorn", f"{module}:app", "--port", "8080", "--host", "0.0.0.0")  # noqa: S104
    if _requires(upload, "gradio"):
        return ("python", f"{module}.py")
    if _requires(upload, "streamlit"):
        return ("streamlit", "run", f"{module}.py")
    if _requires(upload, "google-adk"):
        return ("adk", "api_server")
    return gunicorn


def _requires(upload: _Upload, name: str) -> bool:
    text = upload.text(joined(WORKSPACE, "requirements.txt"))
    lines = text.splitlines() if text is not None else _dependencies(upload)
    start = re.compile(re.escape(name) + r"(?![\w.-])", re.IGNORECASE)
    return any(start.match(line.strip()) for line in lines)


def _dependencies(upload: _Upload) -> list[str]:
    project = _toml(upload, "pyproject.toml").get("project")
    listed = project.get("dependencies") if isinstance(project, dict) else None
    return [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []


def _toml(upload: _Upload, name: str) -> Mapping[str, object]:
    import tomllib

    try:
        return tomllib.loads(upload.text(joined(WORKSPACE, name)) or "")
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _installs(upload: _Upload, source: str) -> tuple[Install, ...]:
    """requirements.txt wins over pyproject.toml; the webserver buildpack brings gunicorn where nobody names it."""
    found: list[Install] = []
    for name, kind in (
        ("requirements.txt", "requirements"),
        ("uv.lock", "uv-lock"),
        ("pyproject.toml", "pyproject"),
    ):
        if file := upload.files.get(joined(WORKSPACE, name)):
            origin = file.origin.rpartition("/")[0] if kind == "pyproject" else file.origin
            found.append(Install(kind, Place(file.place), origin))
            break
    if not _requires(upload, "gunicorn") and _project_entrypoint(upload) is None:
        found.append(Install("direct", Place(source), text="gunicorn"))
    return tuple(found)
