"""Changes as a patch that `git apply` accepts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from deployguard.fixes.change import Change

_ESCAPES = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}


def diff(changes: Iterable[Change]) -> str:
    """Write a unified diff; bytes that are not UTF-8 become surrogates (PEP 383)."""
    return "".join(line for change in changes for line in _file(change))


def _file(change: Change) -> Iterator[str]:
    if change.old_mode is not None and change.old_mode[:3] != change.mode[:3]:
        # A file that becomes a link is two patches to git: one goes, one comes.
        yield from _patch(change.path, (change.old_mode, change.before or b""), None)
        yield from _patch(change.path, None, (change.mode, change.after))
        return
    before = None if change.old_mode is None else (change.old_mode, change.before or b"")
    yield from _patch(change.path, before, (change.mode, change.after))


def _patch(path: str, before: tuple[str, bytes] | None, after: tuple[str, bytes] | None) -> Iterator[str]:
    from difflib import unified_diff

    old, new = _quoted(f"a/{path}"), _quoted(f"b/{path}")
    yield f"diff --git {old} {new}\n"
    if before is None and after is not None:
        yield f"new file mode {after[0]}\n"
    if after is None and before is not None:
        yield f"deleted file mode {before[0]}\n"
    contents = [each[1] if each else b"" for each in (before, after)]
    if any(b"\0" in content for content in contents):
        yield f"Binary files {old if before else '/dev/null'} and {new if after else '/dev/null'} differ\n"
        return
    removed, added = map(_lines, contents)
    lines = unified_diff(removed, added, old if before else "/dev/null", new if after else "/dev/null")
    for number, line in enumerate(lines):
        if number < 2:
            # git ends a name that has a space with a tab, as GNU diff does.
            yield line.rstrip("\n") + ("\t\n" if " " in path and "/dev/null" not in line else "\n")
        else:
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(content: bytes) -> list[str]:
    text = content.decode("utf-8", "surrogateescape")
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _quoted(name: str) -> str:
    """Quote as git does (git-config, core.quotePath)."""
    encoded = os.fsencode(name)
    if all(0x20 <= byte < 0x7F and byte not in b'"\\' for byte in encoded):
        return name
    return '"' + "".join(_escaped(byte) for byte in encoded) + '"'


def _escaped(byte: int) -> str:
    if byte in _ESCAPES:
        return "\\" + _ESCAPES[byte]
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}"
