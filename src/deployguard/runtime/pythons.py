"""Finding an interpreter for a runtime on this machine; none is ever downloaded."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from deployguard.model.runtime import Runtime

_ASK = "import sys; print(sys.version_info[0], sys.version_info[1], sys.base_prefix)"
_FOLDERS = (
    "~/.pyenv/versions/{v}.*/bin",
    "~/.local/share/uv/python/cpython-{v}*/bin",
    "/opt/hostedtoolcache/Python/{v}.*/x64/bin",
    "/opt/python/*{v}*/bin",
    "/usr/local/bin",
    "/usr/bin",
)


@dataclass(frozen=True, slots=True)
class Python:
    """An interpreter; `exact` is false when it is not of the version that was asked for."""

    path: str
    runtime: Runtime
    exact: bool


@cache
def find(runtime: Runtime) -> Python:
    """Return an interpreter of the runtime's version, or the one that runs this, marked as not exact."""
    for candidate in _candidates(runtime):
        if (found := _version(candidate)) == runtime:
            return Python(candidate, found, True)
    own = Runtime(sys.version_info.major, sys.version_info.minor)
    return Python(sys.executable, own, own == runtime)


def _candidates(runtime: Runtime) -> Iterator[str]:
    if sys.version_info[:2] == (runtime.major, runtime.minor):
        yield sys.executable
    name = f"python{runtime.version}"
    for pattern in _FOLDERS:
        root = Path(os.path.expanduser(pattern.format(v=runtime.version)))  # noqa: PTH111 - a glob, not a path
        at = Path(root.anchor)
        yield from (str(path) for path in sorted(at.glob(str((root / name).relative_to(at)))))
    if on_path := shutil.which(name):
        yield on_path


def _version(python: str) -> Runtime | None:
    try:
        done = subprocess.run(
            [python, "-I", "-c", _ASK], capture_output=True, timeout=10, check=False, text=True
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = done.stdout.split()
    return Runtime(int(words[0]), int(words[1])) if done.returncode == 0 and len(words) > 1 else None
