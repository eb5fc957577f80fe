"""Start commands that stand in a Procfile: `honcho start` and `foreman start`."""

from __future__ import annotations

import re

from deployguard.artifact.imagepath import absolute
from deployguard.artifact.launch.start import Ground, Start, Unread
from deployguard.artifact.options import valued

PROCESS_MANAGERS = frozenset({"honcho", "foreman"})
_VALUES = frozenset(
    {"-f", "--procfile", "-p", "--port", "-e", "--env", "-d", "--app-root", "-c", "--concurrency"}
)
_LINE = re.compile(r"^([\w-]+)\s*:\s*(.+?)\s*$", re.MULTILINE)


def by_procfile(start: Start, ground: Ground) -> Start | Unread:
    """Find the process that is started: the one that is named, else `web`, else the only one."""
    options = valued(start.rest, _VALUES)
    action, *named = options.rest or ("",)
    path = absolute(options.last("-f", "--procfile") or "Procfile", start.cwd)
    text = ground.read(path) if path in ground.files else None
    if action not in {"start", "run"} or text is None:
        return Unread(f"{start.name} starts no Procfile that is in the artifact")
    if action == "run":
        return start.running(tuple(named), "honcho") if named else Unread("honcho run is given no command")
    processes = {name: command for name, command in _LINE.findall(text) if not named or name in named}
    chosen = processes.get("web") or (next(iter(processes.values())) if len(processes) == 1 else "")
    if not chosen:
        return Unread(f"{start.name} starts several processes")
    return start.running(("sh", "-c", chosen), *(["honcho"] if start.name == "honcho" else []))
