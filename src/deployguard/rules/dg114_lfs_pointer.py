"""# DG114: lfs-pointer

## What it does

Reports a file of an artifact that git holds as a Git LFS pointer.

## Why it is bad

Artifacts are built from git objects: the pointer's three lines would ship in the place of the file.

## Example

`models/price.onnx`, tracked by `*.onnx filter=lfs`.

## How to fix

Fetch the content at start-up from a bucket, or commit it without LFS.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatch

from deployguard.model.artifact import ArtifactFile
from deployguard.model.finding import Finding, Severity
from deployguard.rules.rule import ServiceFacts, ServiceRule
from deployguard.source.tree import SourceTree

_POINTER = b"version https://git-lfs.github.com/spec/v1"  # git-lfs, docs/spec.md


def _judge(facts: ServiceFacts) -> Iterable[Finding]:
    places = {
        f"{folder}/.gitattributes".lstrip("/")
        for file in facts.artifact.files.values()
        for folder in _above(file)
    }
    patterns = tuple(_lfs_patterns(facts.tree, sorted(places)))
    suspects = [file for file in facts.artifact.files.values() if patterns and _matches(file, patterns)]
    contents = facts.tree.contents(file.blob for file in suspects)
    for file in suspects:
        if (contents[file.blob] or b"").startswith(_POINTER):
            message = (
                f"{file.place} is a Git LFS pointer: its few lines would ship, not the content they stand for"
            )
            advice = "keep the content in a bucket, or in git itself"
            yield Finding("DG114", Severity.ERROR, file.place, file.origin, 1, message, advice)


def _matches(file: ArtifactFile, patterns: tuple[str, ...]) -> bool:
    name = file.origin.rpartition("/")[2]
    return any(fnmatch(name, pattern) or fnmatch(file.origin, pattern.lstrip("/")) for pattern in patterns)


def _above(file: ArtifactFile) -> Iterator[str]:
    folder = file.origin
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder


def _lfs_patterns(tree: SourceTree, places: Iterable[str]) -> Iterator[str]:
    for path in places:
        entry = tree.entry(path)
        if entry is not None and entry.is_file:
            content = tree.contents((entry.blob,))[entry.blob] or b""
            for line in content.decode("utf-8", "replace").splitlines():
                words = line.split()
                if "filter=lfs" in words[1:]:
                    yield words[0]


RULE = ServiceRule("DG114", "lfs-pointer", Severity.ERROR, __doc__ or "", _judge)
