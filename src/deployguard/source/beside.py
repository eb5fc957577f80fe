"""The same Python once more, in a process of its own, for work that one processor would take long over.

What goes in and what comes out lie in files without a name: no pipe can fill up, nothing of ours is left by a kill. Nothing
is forked: a forked Python is not safe on macOS. Whatever goes wrong beside, the answer is None: do it here.
"""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import deployguard

_MOST = 8
# Isolated and without site-packages: neither the folder that is checked nor the environment decides what is imported.
_START = "import sys; sys.path.append(sys.argv[1]); from importlib import import_module; import_module(sys.argv[2]).main()"


def processors() -> int:
    """Return how many processors this process may use; more than eight are not worth their start."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(allowed, _MOST)


class Beside:
    """A running process and the file that it answers into."""

    def __init__(self, process: subprocess.Popen[bytes], answers: IO[bytes]) -> None:
        self._process = process
        self._answers = answers

    def answer(self) -> list[str] | None:
        """Wait for the process and return what it answered; None where it did not end well."""
        if self._process.wait():
            return None
        self._answers.seek(0)
        try:
            answered: object = marshal.load(self._answers)  # noqa: S302  our own process wrote it
        except (EOFError, ValueError, TypeError):
            return None
        return answered if isinstance(answered, list) else None

    def end(self) -> None:
        """End the process, if it still runs."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._answers.close()


@contextmanager
def beside(
    module: str, shares: Sequence[tuple[str, Sequence[bytes]]], python: str
) -> Iterator[list[Beside | None]]:
    """Start one process of `python` for each share, whose `module.main` calls `serve`; none outlives this block."""
    running: list[Beside | None] = []
    try:
        for share in shares:
            running.append(_started(module, share, python))
        yield running
    finally:
        for each in running:
            if each is not None:
                each.end()


def serve(work: Callable[[str, Sequence[bytes]], list[str]]) -> None:
    """Do the work that this process was started for."""
    kind, contents = marshal.load(sys.stdin.buffer)  # noqa: S302  the process that started this one wrote it
    marshal.dump(work(kind, contents), sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _started(module: str, share: tuple[str, Sequence[bytes]], python: str) -> Beside | None:
    if not python:
        return None
    with ExitStack() as opened:
        try:
            given, answers = (opened.enter_context(tempfile.TemporaryFile()) for _ in range(2))
            marshal.dump((share[0], list(share[1])), given)
            given.seek(0)
            folder = str(Path(deployguard.__file__).parent.parent)
            process = subprocess.Popen(
                [python, "-I", "-S", "-B", "-c", _START, folder, module],
                stdin=given,
                stdout=answers,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            return None
        given.close()
        opened.pop_all()
    return Beside(process, answers)
