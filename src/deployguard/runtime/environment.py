"""A fresh environment for a runtime, and what is installed into it."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deployguard.model.runtime import Runtime
from deployguard.runtime.command import BuildFailed, OnText, run
from deployguard.runtime.process import PORT_WORD
from deployguard.runtime.pythons import find
from deployguard.runtime.uv import uv, uv_environment

_LONGEST_S = 600.0
_FRAMEWORK = re.compile(r"^functions[-_.]framework\b", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment in `folder`; `runtime` is what it really runs on."""

    folder: Path
    runtime: Runtime

    @property
    def bin(self) -> Path:
        return self.folder / "bin"

    @property
    def python(self) -> str:
        return str(self.bin / "python")

    @property
    def variables(self) -> dict[str, str]:
        """What a process needs in its environment to run in this one."""
        return {"PATH": f"{self.bin}{os.pathsep}{os.defpath}", "VIRTUAL_ENV": str(self.folder)}


def create(folder: Path, runtime: Runtime, on_text: OnText) -> Environment:
    """Make an empty environment; another Python is taken where the machine lacks the runtime's, and the log says so.

    Raises:
        BuildFailed: uv is missing, or cannot make it.
    """
    python = find(runtime)
    if not python.exact:
        on_text(
            f"WARNING: Python {runtime.version} is not on this machine; {python.runtime.version} takes its place"
        )
    command = (uv(), "venv", "--quiet", "--python", python.path, str(folder))
    run(command, folder.parent, uv_environment(), on_text, _LONGEST_S)
    return Environment(folder, python.runtime)


def install(environment: Environment, words: Sequence[str], folder: Path, on_text: OnText) -> None:
    """Install what `words` ask for (as `uv pip install` reads them), seen from `folder`; raises BuildFailed."""
    command = (uv(), "pip", "install", "--python", environment.python, *words)
    run(command, folder, uv_environment(), on_text, _LONGEST_S)


def install_function(environment: Environment, source: Path, on_text: OnText) -> None:
    """Install what a function's folder declares, as the Python buildpack does; raises BuildFailed.

    requirements.txt comes before pyproject.toml; functions-framework is added to a requirements.txt that lacks it,
    and to a folder without either, but not to a pyproject.toml (GoogleCloudPlatform/buildpacks, cmd/python).
    """
    requirements, project = source / "requirements.txt", source / "pyproject.toml"
    words: list[str] = []
    if requirements.is_file():
        words = ["-r", requirements.name]
        text = requirements.read_text(encoding="utf-8", errors="replace")
        words += [] if _FRAMEWORK.search(text) else ["functions-framework"]
    elif project.is_file():
        words = ["-r", project.name]
    else:
        words = ["functions-framework"]
    install(environment, words, source, on_text)
    check_consistency(environment, source, on_text)


def check_consistency(environment: Environment, folder: Path, on_text: OnText) -> None:
    """Fail where installed distributions contradict each other, as the buildpack's `pip check` does."""
    run((uv(), "pip", "check", "--python", environment.python), folder, uv_environment(), on_text, _LONGEST_S)


def compile_all(environment: Environment, source: Path, on_text: OnText) -> None:
    """Compile every .py of a folder with the environment's Python; a syntax error in any of them fails the build."""
    command = (environment.python, "-m", "compileall", "-q", "-j", "1", ".")
    try:
        run(command, source, environment.variables, on_text, _LONGEST_S)
    except BuildFailed as problem:
        raise BuildFailed(
            f"a file does not compile on Python {environment.runtime.version}; the log says which"
        ) from problem


def framework_command(
    environment: Environment, target: str, signature: str, source: str = "main.py"
) -> tuple[str, ...]:
    """Return the command that serves a function on PORT; `signature` is `http` or `cloudevent`."""
    return (
        str(environment.bin / "functions-framework"),
        *("--target", target, "--signature-type", signature, "--source", source, "--port", PORT_WORD, "--host", "127.0.0.1"),
    )  # fmt: skip
