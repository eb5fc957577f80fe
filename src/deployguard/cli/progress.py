"""One line on stderr while something takes longer than a second."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from types import TracebackType

from deployguard.cli.output import is_watched, tell

_PATIENCE_S = 1.0
_WIDTH = 100


@contextmanager
def saying(what: str) -> Iterator[None]:
    """Say what is being waited for, once it takes longer than a second. Nothing inside may fork: this has a thread."""
    timer = Timer(_PATIENCE_S, tell, (f"{what} ...",))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class Progress:
    """Says what is being done; silent for the first second, and one rewritten line on a terminal."""

    def __init__(self, doing: str, total: int) -> None:
        self.doing, self.total, self.done = doing, total, 0
        self.shown_at = time.monotonic()
        self.shown = False

    def __enter__(self) -> Progress:
        return self

    def step(self, what: str) -> None:
        self.done += 1
        if time.monotonic() - self.shown_at > _PATIENCE_S:
            self.shown_at, self.shown = time.monotonic(), True
            line = f"{self.doing} {self.done} of {self.total}: {what}"
            tell(*((f"{line[:_WIDTH]:<{_WIDTH}}", "\r") if is_watched() else (line,)))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.shown and is_watched():
            tell(" " * _WIDTH, "\r")
