"""One command of a build: run to its end, its output handed on line by line, its time limited."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

OnText = Callable[[str], None]
_LEASH = Path(__file__).with_name("leash.py")


class BuildFailed(Exception):
    """A step of a build failed; the message says which and why, the log holds its output."""


def run(
    command: Sequence[str], folder: Path, env: Mapping[str, str], on_text: OnText, seconds: float
) -> None:
    """Run a command with exactly `env`, for no longer than this process lives; its output, both streams in one, goes to `on_text`.

    Raises:
        BuildFailed: it is not there, fails, or takes longer than `seconds`; then all it started is killed.
    """
    process = subprocess.Popen(
        leashed(command),
        cwd=folder,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    late = threading.Timer(seconds, _end, (process,))
    late.daemon = True
    late.start()
    try:
        last = _read(process, on_text)
        status = process.wait()
    finally:
        expired = late.finished.is_set()
        late.cancel()
        _end(process)
    if expired:
        raise BuildFailed(f"{_shown(command)} took longer than {seconds:.0f} s")
    if status:
        raise BuildFailed(f"{_shown(command)} failed with status {status}: {last}")


def leashed(command: Sequence[str]) -> list[str]:
    """Return the command that runs `command` for as long as its standard input, a pipe, is held open."""
    return [sys.executable, "-I", "-S", str(_LEASH), *command]


def _read(process: subprocess.Popen[bytes], on_text: OnText) -> str:
    last = ""
    if process.stdout:
        with process.stdout:
            for line in process.stdout:
                text = line.decode("utf-8", "replace").rstrip("\r\n")
                last = text or last
                on_text(text)
    return last


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let go of the leash: the command and all it started are killed, where they still run."""
    if process.stdin:
        with suppress(OSError):
            process.stdin.close()
    process.wait()


def _shown(command: Sequence[str]) -> str:
    return " ".join((Path(command[0]).name, *command[1:3]))
