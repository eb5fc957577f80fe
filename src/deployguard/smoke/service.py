"""One service, from its source tree to a verdict; nothing that is written on the way is kept."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from deployguard.artifact.assemble import artifact_of
from deployguard.model.artifact import Artifact
from deployguard.model.errors import SourceError
from deployguard.model.service import Project, Service
from deployguard.model.stdlib import is_stdlib
from deployguard.runtime.command import BuildFailed
from deployguard.runtime.pythons import find
from deployguard.runtime.uv import uv
from deployguard.smoke.importing import imported
from deployguard.smoke.judge import Ground, judged
from deployguard.smoke.layout import laid_out
from deployguard.smoke.surroundings import surroundings
from deployguard.smoke.verdict import Broken, CannotTell, Reason, Smoked, Verdict
from deployguard.source.tree import SourceTree

# What uv writes when the index, and not the requirements, is at fault (uv-client, "error sending request").
_UNREACHABLE = (
    "error sending request",
    "failed to fetch",
    "dns error",
    "connection refused",
    "timed out",
    "could not connect",
    "network connectivity is disabled",
    "network unreachable",
    "client error (connect)",
)
_MOST_LINES = 60


class _Trial(NamedTuple):
    tree: SourceTree
    project: Project
    service: Service
    artifact: Artifact
    folder: Path


def smoke(tree: SourceTree, project: Project, service: Service, seconds: float) -> Smoked:
    """Try one service; the import may take `seconds`, not counting the installation."""
    artifact = artifact_of(tree, service)
    doubt = launch_doubt(artifact)
    if doubt is not None:
        return Smoked(service.name, doubt)
    with tempfile.TemporaryDirectory(prefix="deployguard-smoke-", ignore_cleanup_errors=True) as folder:
        return _smoked(_Trial(tree, project, service, artifact, Path(folder).resolve()), seconds)


def launch_doubt(artifact: Artifact) -> CannotTell | None:
    """Say why it is not known what to import; None where it is."""
    for unknown in artifact.unknowns:
        if unknown.covers == "launch":
            where = f"{unknown.place.path}:{unknown.place.line}"
            return CannotTell(Reason.SOURCE, f"{where}: {unknown.reason}")
    if artifact.launch.module is None and artifact.launch.file is None:
        return CannotTell(Reason.SOURCE, "nothing says how it is started")
    return None


def _smoked(trial: _Trial, seconds: float) -> Smoked:
    tree, project, service, artifact, folder = trial
    log: list[str] = []
    python = find(artifact.runtime)
    remarks = _remarks(artifact, python.runtime.version)
    try:
        uv()
        layout = laid_out(tree, service, artifact, folder, log.append)
    except BuildFailed as problem:
        return Smoked(
            service.name,
            _not_built(str(problem), log, exact=python.exact),
            python.runtime.version,
            remarks,
            tuple(log[-_MOST_LINES:]),
        )
    except (SourceError, OSError) as problem:
        return Smoked(service.name, CannotTell(Reason.SOURCE, str(problem)), python.runtime.version, remarks)
    env = surroundings(folder, project, service, layout.env)
    report, output = imported(layout, artifact.launch, service, env, seconds)
    ground = Ground(layout.root, folder / "venv", artifact.files)
    exact = layout.environment.runtime == artifact.runtime
    verdict = _doubted(judged(report, ground, output, exact=exact), artifact)
    remarks += _behind(report)
    shown = tuple(line.replace(f"{folder}/", "") for line in output)
    return Smoked(service.name, verdict, layout.environment.runtime.version, remarks, shown)


def _remarks(artifact: Artifact, python: str) -> tuple[str, ...]:
    found = [
        f"{problem.subject}: {problem.kind}: it does not arrive as it should" for problem in artifact.problems
    ]
    if python != artifact.runtime.version:
        found.insert(
            0,
            f"Python {artifact.runtime.version} is not on this machine; tried on {python}",
        )
    return tuple(found)


def _behind(report: Mapping[str, Any]) -> tuple[str, ...]:
    """Say what ended the last attempt where stand-ins were in place: it may be their doing."""
    last = report.get("last") or {}
    if not report.get("missing") or last.get("outcome") in {"imported", "serving", "missing"}:
        return ()
    said = str(last.get("message") or "the time ran out").strip().splitlines()[0]
    return (f"there may be more: with stand-ins for what is missing, it ended with: {said}",)


def _not_built(message: str, log: list[str], *, exact: bool) -> Verdict:
    text = "\n".join([message, *log]).lower()
    if "uv is not installed" in message:
        return CannotTell(Reason.UV, message)
    if any(part in text for part in _UNREACHABLE):
        return CannotTell(Reason.INDEX, f"the package index cannot be reached: {message}")
    if "took longer than" in message:
        return CannotTell(Reason.LIMIT, message)
    if not exact:
        return CannotTell(Reason.PYTHON, f"on another Python than the runtime's, the build failed: {message}")
    return Broken(message=f"the build fails: {message}")


def _doubted(verdict: Verdict, artifact: Artifact) -> Verdict:
    """What is missing may be the standard library's, or brought by a build step that cannot be replayed."""
    if not isinstance(verdict, Broken) or not verdict.missing:
        return verdict
    own = [one for one in verdict.missing if "." in one.name or not is_stdlib(one.name, artifact.runtime)]
    if not own:
        names = ", ".join(one.name for one in verdict.missing)
        return CannotTell(
            Reason.PYTHON, f"this machine's Python lacks {names}, which {artifact.runtime.name} has"
        )
    verdict = replace(verdict, missing=tuple(own))
    for unknown in artifact.unknowns:
        if unknown.covers in {"files", "installs", "path"}:
            names = ", ".join(one.name for one in verdict.missing)
            where = f"{unknown.place.path}:{unknown.place.line}"
            return CannotTell(
                Reason.SOURCE, f"{names} may come from what is not replayed: {where}: {unknown.reason}"
            )
    return verdict
