"""What arrives where a service runs: files, how it is started, what is installed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from deployguard.model.place import Place
from deployguard.model.problem import Problem
from deployguard.model.runtime import Runtime


@dataclass(frozen=True, slots=True)
class ArtifactFile:
    """One file that arrives.

    `place` is where this path of the artifact stands in the repository (a link's own path);
    `origin` is the repository path whose bytes arrive there (the link's target).
    """

    place: str
    origin: str
    mode: str
    blob: str


@dataclass(frozen=True, slots=True)
class Launch:
    """How the service is started, and with which `sys.path`.

    `roots` are folders of the artifact (`""` is its top), in the order of `sys.path`. `site_first` says that
    installed distributions come before them (functions-framework appends, `python x.py` prepends).
    `module` is the dotted entry module; `file` its path in the artifact where it is started by path.
    `target` is the name that must be defined in it; None when none is configured.
    `needs` are distributions without which the start command itself fails, `reads` paths of files that it opens.
    """

    by: str
    roots: tuple[str, ...]
    module: str | None = None
    file: str | None = None
    target: str | None = None
    site_first: bool = False
    runs_main: bool = False
    needs: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Install:
    """One thing the build installs.

    `kind`: `requirements` (a file), `constraints` (a file), `direct` (a requirement named on a command line, in
    `text`), `pyproject` (the folder of one), `uv-lock`, `poetry-lock`, `local` (a project folder). `origin` is the repository path
    of the file or folder; `place` where the instruction stands. `text` of a member of a workspace is its lock file. `extras` are extras or dependency groups asked for.
    """

    kind: str
    place: Place
    origin: str = ""
    text: str = ""
    extras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that could not be read, with the reason: never guessed, never silent.

    `covers` tells what the doubt touches: `files`, `launch`, `installs` or `path` (sys.path).
    """

    covers: str
    place: Place
    reason: str


@dataclass(frozen=True, slots=True)
class Artifact:
    """The exact set of paths that arrives, with where each came from.

    `files` maps a path in the artifact (no leading slash; `app/main.py` in an image, `main.py` in a function) to
    its source. `ignored` maps a path that an ignore file kept out to that ignore file's place. `open_base` is a base
    image that nothing is known of, and that may hold modules too; empty when there is none.
    """

    service: str
    runtime: Runtime
    files: Mapping[str, ArtifactFile]
    launch: Launch
    installs: tuple[Install, ...] = ()
    recipe: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    ignored: Mapping[str, tuple[str, Place]] = field(default_factory=dict)
    open_base: str = ""
