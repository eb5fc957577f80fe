"""A fix as something to type."""

from __future__ import annotations

import os

from deployguard.model.finding import Finding, Fix
from deployguard.report.printable import place, printable


def what_to_do(finding: Finding) -> tuple[str, ...]:
    """Return the advice and, where the fix is one, the shell command, a line each."""
    lines = [printable(line) for line in finding.advice.splitlines() if line.strip()]
    if finding.fix is not None:
        lines += [line for line in _of_fix(finding.fix) if line not in lines]
    return tuple(lines)


def _of_fix(fix: Fix) -> list[str]:
    if fix.kind == "link":
        return [f"ln -s {quoted(fix.text)} {quoted(fix.path)}"]
    if fix.kind == "append":
        return [f"echo {quoted(fix.text, always=True)} >> {quoted(fix.path)}"]
    if fix.kind == "replace":
        return [
            f"in {place(fix.path, fix.line)} replace {quoted(fix.old)} by {quoted(fix.text, always=True)}"
        ]
    return [printable(line) for line in fix.text.splitlines() if line.strip()]


def quoted(text: str, *, always: bool = False) -> str:
    """Quote for a POSIX shell; what cannot be shown goes byte by byte into `$'...'` (POSIX.1-2024, 2.2.4)."""
    from shlex import quote

    if not text.isprintable():
        escaped = "".join(_escaped(byte) for byte in os.fsencode(_encodable(text)))
        return f"$'{escaped}'"
    plain = quote(text)
    return f"'{text}'" if always and plain == text else plain


def _escaped(byte: int) -> str:
    # Three octal digits always, so that a digit that follows cannot become part of the escape.
    return chr(byte) if 0x20 <= byte < 0x7F and byte not in b"'\\" else f"\\{byte:03o}"


def _encodable(text: str) -> str:
    """Keep the surrogates that stand for bytes; any other has no bytes of its own."""
    return "".join(
        "?" if 0xD800 <= ord(each) < 0xDC80 or 0xDCFF < ord(each) < 0xE000 else each for each in text
    )
