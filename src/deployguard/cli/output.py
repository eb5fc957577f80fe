"""Putting text on standard output, whatever is in it."""

from __future__ import annotations

import os
import sys


def show(text: str) -> None:
    """Write to standard output; what UTF-8 cannot hold is escaped."""
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode("utf-8"))


def tell(line: str) -> None:
    """Write a line of progress or summary to standard error."""
    print(line.encode("utf-8", "backslashreplace").decode("utf-8"), file=sys.stderr)


def wants_colour() -> bool:
    """Tell whether standard output is a terminal that wants colour (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
