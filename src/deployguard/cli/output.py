"""Putting text on standard output, whatever is in it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from deployguard.model.errors import DeployguardError


def show(text: str) -> None:
    """Write to standard output; what its encoding cannot hold is escaped.

    Raises:
        DeployguardError: it is closed, or full.
        BrokenPipeError: nobody reads it any more.
    """
    if not sys.stdout:  # None where the program was started with it closed
        raise DeployguardError("standard output is closed: there is nowhere to write the report")
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_output()
        raise DeployguardError(f"standard output cannot be written: {error.strerror or error}") from error


def write_file(path: str, text: str, mode: str = "w") -> None:
    """Write a text to a file that a person named, or append it with mode `a`.

    Raises:
        DeployguardError: it cannot be written.
    """
    try:
        with Path(path).open(mode, encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise DeployguardError(f"{path}: cannot be written: {error.strerror or error}") from error


def drop_output() -> None:
    """Send what is still to be written nowhere, so that the end of the program does not fail once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def tell(line: str, end: str = "\n") -> None:
    """Write a line of progress or summary to standard error.

    It never fails: that nobody reads along, or that a disk is full, is no reason to leave a release half done.
    """
    if not sys.stderr:  # None where the program was started with it closed
        return
    try:
        sys.stderr.write(line.encode("utf-8", "backslashreplace").decode("utf-8") + end)
        sys.stderr.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def is_watched() -> bool:
    """Tell whether standard error is a terminal, on which a line can be written over."""
    return bool(sys.stderr) and sys.stderr.isatty()


def wants_colour() -> bool:
    """Tell whether standard output is a terminal that wants colour (no-color.org)."""
    return bool(sys.stdout) and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
