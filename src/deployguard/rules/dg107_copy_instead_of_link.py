"""# DG107: copy-instead-of-link

## What it does

Reports a regular file that lies among links into a shared folder, where that folder has a file of the same name with
other content, as long as most of the folder is linked. The service's own top folder and `__init__.py` files, which
differ on purpose, are left alone. The same for a file that an `include` brings and that a file of the service's own, with
other content, keeps out.

## Why it is bad

Fixes to the shared file never reach this service, and nobody sees why.

## Example

`functions/orders/shared/retry.py` is a copy from last year; its neighbours are links.

## How to fix

Replace the copy by a link, or suppress the finding with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployguard.model.artifact import ArtifactFile
from deployguard.model.finding import Finding, Severity
from deployguard.model.problem import ProblemKind
from deployguard.rules.rule import ServiceFacts, ServiceRule
from deployguard.source.tree import SourceTree


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    yield from _outdone(facts)
    if facts.service.kind != "function":
        return
    links: dict[str, list[str]] = {}
    copies: dict[str, list[ArtifactFile]] = {}
    for file in facts.artifact.files.values():
        folder = _folder(file.place)
        if file.place != file.origin:
            links.setdefault(folder, []).append(_folder(file.origin))
        elif folder != facts.service.source and not file.place.endswith("/__init__.py"):
            copies.setdefault(folder, []).append(file)
    for folder, targets in links.items():
        diverged = [
            pair for file in copies.get(folder, ()) for pair in _originals(facts.tree, file, set(targets))
        ]
        if len(diverged) < len(targets):
            yield from (_finding(file, original) for file, original in diverged)


def _outdone(facts: ServiceFacts) -> Iterable[Finding]:
    """A file of the service's own stands where an `include` would put another, and wins."""
    for problem in facts.artifact.problems:
        if problem.kind is ProblemKind.COLLISION and not problem.subject.endswith("/__init__.py"):
            advice = "remove one of them, or have it arrive elsewhere"
            yield Finding(
                "DG107", Severity.WARNING, problem.subject, problem.place.path, 0, problem.detail, advice
            )


def _originals(tree: SourceTree, file: ArtifactFile, folders: set[str]) -> Iterable[tuple[ArtifactFile, str]]:
    """The file of the same name where the links beside it point, if it says something else."""
    for folder in sorted(folders):
        original = f"{folder}/{file.place.rpartition('/')[2]}".lstrip("/")
        entry = tree.entry(original)
        if entry is not None and entry.is_file and entry.blob != file.blob and original != file.place:
            yield file, original


def _finding(file: ArtifactFile, original: str) -> Finding:
    message = f"{file.place} is a copy beside links, and has diverged from {original}"
    return Finding(
        "DG107", Severity.WARNING, file.place, file.place, 0, message, f"replace it by a link to {original}"
    )


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


RULE = ServiceRule("DG107", "copy-instead-of-link", Severity.WARNING, __doc__ or "", _judge)
