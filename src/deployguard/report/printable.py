"""Any text, made safe to show: nothing in a file name or a message can move a terminal's cursor."""

from __future__ import annotations

from deployguard.model.amounts import counted

__all__ = ["counted", "place", "printable"]


def printable(text: str) -> str:
    """Write whatever has no glyph as a backslash escape: control characters, newlines, undecodable bytes.

    A byte of a path that is not UTF-8 reaches us as a surrogate (`os.fsdecode`) and shows as `\\udcNN`.
    """
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in text
    )


def place(path: str, line: int) -> str:
    """Write `path:line` as editors understand it; without the line when the file as a whole is meant."""
    return f"{printable(path)}:{line}" if line else printable(path)
