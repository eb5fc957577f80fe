"""One command of a build: run to its end, its output handed on line by line, its time limited."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

OnText = Callable[[str], None]


class BuildFailed(Exception):
    """A step of a build failed; the message says which and why, the log holds its output."""


def run(
    command: Sequence[str], folder: Path, env: Mapping[str, str], on_text: OnText, seconds: float
) -> None:
    """Run a command with exactly `env`; its output, both streams in one, goes to `on_text`.

    Raises:
        BuildFailed: it is not there, fails, or takes longer than `seconds`; then all it started is killed.
    """
    try:
        process = subprocess.Popen(
            command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    except OSError as problem:
        raise BuildFailed(f"{command[0]}: {problem.strerror}") from problem
    late = threading.Timer(seconds, _end, (process.pid,))
    late.start()
    last = ""
    try:
        with process.stdout or open(os.devnull, "rb") as output:  # noqa: PTH123
            for line in output:
                last = line.decode("utf-8", "replace").rstrip("\r\n") or last
                on_text(line.decode("utf-8", "replace").rstrip("\r\n"))
        status = process.wait()
    finally:
        expired = not late.is_alive()
        late.cancel()
        _end(process.pid)
    if expired:
        raise BuildFailed(f"{_shown(command)} took longer than {seconds:.0f} s")
    if status:
        raise BuildFailed(f"{_shown(command)} failed with status {status}: {last}")


def _end(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _shown(command: Sequence[str]) -> str:
    return " ".join((Path(command[0]).name, *command[1:3]))
