"""# DG107: copy-instead-of-link

## What it does

Reports a regular file that lies among links into a shared folder, where that folder has a file of the same name with
other content.

## Why it is bad

Fixes to the shared file never reach this service, and nobody sees why. `__init__.py` files are often kept as copies on
purpose; then say so with an `ignore`.

## Example

`functions/orders/shared/retry.py` is a copy from last year; its neighbours are links.

## How to fix

Replace the copy by a link, or suppress the finding with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.artifact import ArtifactFile
from deployguard.model.finding import Finding, Severity
from deployguard.rules.rule import ServiceFacts, ServiceRule
from deployguard.source.tree import SourceTree


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    if facts.service.kind != "function":
        return
    pointed_at: dict[str, set[str]] = {}
    for file in facts.artifact.files.values():
        if file.place != file.origin:
            pointed_at.setdefault(_folder(file.place), set()).add(_folder(file.origin))
    for file in facts.artifact.files.values():
        if file.place == file.origin:
            for original in _originals(facts.tree, file, pointed_at.get(_folder(file.place), set())):
                yield _finding(file, original)


def _originals(tree: SourceTree, file: ArtifactFile, folders: set[str]) -> Iterable[str]:
    """The file of the same name where the links beside it point, if it says something else."""
    for folder in sorted(folders):
        original = f"{folder}/{file.place.rpartition('/')[2]}".lstrip("/")
        entry = tree.entry(original)
        if entry is not None and entry.is_file and entry.blob != file.blob and original != file.place:
            yield original


def _finding(file: ArtifactFile, original: str) -> Finding:
    message = f"{file.place} is a copy beside links, and has diverged from {original}"
    return Finding(
        "DG107", Severity.WARNING, file.place, file.place, 0, message, f"replace it by a link to {original}"
    )


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


RULE = ServiceRule("DG107", "copy-instead-of-link", Severity.WARNING, __doc__ or "", _judge)
