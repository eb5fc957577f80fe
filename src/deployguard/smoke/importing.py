"""Starting the process that imports a service, and reading what it reports."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deployguard.model.artifact import Launch
from deployguard.model.service import Service
from deployguard.runtime.command import BuildFailed, run
from deployguard.smoke.layout import Layout
from deployguard.smoke.surroundings import signature_of

_CHILD = Path(__file__).with_name("child") / "supervise.py"
_MEMORY = 4 * 1024**3
_GRACE_S = 10.0
_MOST_OUTPUT = 16 * 1024
_MOST_LINES = 60


def imported(
    layout: Layout, launch: Launch, service: Service, env: Mapping[str, str], seconds: float
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Import the entry point in a process of its own; return its report, and the end of what it wrote.

    An empty report means that it left none.
    """
    folder = layout.folder
    given, report, output = folder / "given.json", folder / "report.json", folder / "output"
    given.write_text(json.dumps(_given(layout, launch, service, seconds)), encoding="utf-8")
    script = 'out=$1; shift; exec "$@" >"$out" 2>&1'
    words = (layout.environment.python, "-I", str(_CHILD), str(given), str(report))
    try:
        run(
            ("/bin/sh", "-c", script, "sh", str(output), *words),
            layout.cwd,
            env,
            lambda _: None,
            seconds + _GRACE_S,
        )
    except BuildFailed:
        return {}, _tail(output)
    return _read(report), _tail(output)


def _given(layout: Layout, launch: Launch, service: Service, seconds: float) -> dict[str, object]:
    root = layout.root
    return {
        "by": launch.by,
        "roots": [str(root / part) for part in launch.roots],
        "module": launch.module,
        "file": str(root / launch.file) if launch.file else None,
        "shown_file": launch.file,
        "shown_module": launch.file or launch.module,
        "target": launch.target,
        "site_first": launch.site_first,
        "runs_main": launch.runs_main,
        "needs": list(launch.needs),
        "signature": signature_of(service),
        "root": str(root),
        "result": str(layout.folder / "attempt.json"),
        "seconds": seconds,
        "memory": _MEMORY,
    }


def _read(report: Path) -> dict[str, Any]:
    try:
        value = json.loads(report.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _tail(output: Path) -> tuple[str, ...]:
    try:
        with output.open("rb") as written:
            written.seek(0, 2)
            written.seek(max(0, written.tell() - _MOST_OUTPUT))
            text = written.read().decode("utf-8", "replace")
    except OSError:
        return ()
    return tuple(line[:500] for line in text.splitlines()[-_MOST_LINES:])
