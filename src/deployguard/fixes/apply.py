"""Making planned changes on disk: whole or not at all, and never over what somebody else wrote."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from deployguard.fixes.change import Change
from deployguard.model.entry import LINK
from deployguard.source.disk import content_of


class Outcome(StrEnum):
    """What became of a change."""

    DONE = "done"
    ALREADY = "already"
    REFUSED = "refused"


class Applied(NamedTuple):
    """A path, what became of its change, and why when it was refused."""

    path: str
    outcome: Outcome
    reason: str = ""


def apply(changes: Iterable[Change], root: Path) -> tuple[Applied, ...]:
    """Make the changes below `root`, the top of the work tree; a failure of one does not stop the others."""
    return tuple(_applied(change, root) for change in changes)


def _applied(change: Change, root: Path) -> Applied:
    if reason := _why_outside(change.path, root):
        return Applied(change.path, Outcome.REFUSED, reason)
    at = root / change.path
    try:
        if _is(at, change.mode, change.after):
            return Applied(change.path, Outcome.ALREADY)
        if not _is(at, change.old_mode, change.before):
            return Applied(change.path, Outcome.REFUSED, "it is not on disk as it was when this was planned")
        _write(change, at)
    except OSError as error:
        return Applied(change.path, Outcome.REFUSED, error.strerror or str(error))
    return Applied(change.path, Outcome.DONE)


def _why_outside(path: str, root: Path) -> str:
    parts = path.split("/")
    if path.startswith("/") or {"", ".", "..", ".git"} & set(parts):
        return "it is not a path of this repository"
    folder = root
    for part in parts[:-1]:
        folder /= part
        if folder.is_symlink():
            return f"{folder.relative_to(root)} is a link: what is made in it would land elsewhere"
    return ""


def _is(at: Path, mode: str | None, content: bytes | None) -> bool:
    if mode is None:
        return not os.path.lexists(at)
    return at.is_symlink() == (mode == LINK) and content_of(at) == content


def _write(change: Change, at: Path) -> None:
    from tempfile import TemporaryDirectory

    at.parent.mkdir(parents=True, exist_ok=True)
    if change.mode == LINK and change.old_mode is None:
        at.symlink_to(os.fsdecode(change.after))
        return
    # The folder of the target is on its file system, so that the rename is atomic.
    with TemporaryDirectory(prefix=".deployguard-", dir=at.parent) as scratch:
        made = Path(scratch) / at.name
        if change.mode == LINK:
            made.symlink_to(os.fsdecode(change.after))
        else:
            made.write_bytes(change.after)
            with suppress(FileNotFoundError):
                made.chmod(stat.S_IMODE(at.stat().st_mode))
        made.replace(at)
