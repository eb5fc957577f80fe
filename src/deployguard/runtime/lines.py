"""Lines into log entries: a traceback is one entry, everything else is one entry a line."""

from __future__ import annotations

from collections.abc import Callable

_FIRST = "Traceback (most recent call last):"
_BETWEEN = (
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
)


class Entries:
    """Gathers the lines of a Python traceback, and hands every entry to `emit`."""

    def __init__(self, emit: Callable[[str], None]) -> None:
        self._emit = emit
        self._held: list[str] = []

    def add(self, line: str) -> None:
        """Take one line, without its end."""
        if line.strip() == _FIRST:
            self.flush()
            self._held.append(line)
        elif self._held:
            self._held.append(line)
            if line and not line.startswith((" ", "\t")):
                self.flush()
        elif line and line not in _BETWEEN:
            self._emit(line)

    def flush(self) -> None:
        """Hand on what is held."""
        if self._held:
            self._emit("\n".join(self._held))
            self._held = []
