"""Which lines of a file can hold a statement that says something from within a function."""

from __future__ import annotations

import re
from collections.abc import Sequence

# An import, a name made global, a change of sys.path or sys.modules: no other statement in a body makes a fact of itself.
_WORDS = re.compile(rb"\b(?:import|global|_?sys)\b")
_ENCODED = re.compile(rb"coding[:=]")


def lines_that_tell(content: bytes) -> Sequence[int] | None:
    """Return the numbers of those lines, in order; None where any line may be one, as in a codec of its own."""
    if _ENCODED.search(content, 0, 400):
        return None
    text = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in content else content
    lines: list[int] = []
    line, at = 1, 0
    for match in _WORDS.finditer(text):
        line += text.count(b"\n", at, match.start())
        at = match.start()
        lines.append(line)
    return lines
