"""The bytes of an artifact: links dereferenced, nothing that a clone lacks passed over."""

from __future__ import annotations

from collections.abc import Mapping

from deployguard.model.artifact import Artifact
from deployguard.model.entry import EXECUTABLE
from deployguard.model.errors import SourceError
from deployguard.source.tree import SourceTree


def contents_of(tree: SourceTree, artifact: Artifact) -> Mapping[str, tuple[bytes, bool]]:
    """Return `path: (content, executable)` of every file that arrives, as the archives take it.

    Raises:
        SourceError: contents are not in this clone; every such file is named.
    """
    contents = tree.contents(file.blob for file in artifact.files.values())
    found: dict[str, tuple[bytes, bool]] = {}
    lacking: list[str] = []
    for path, file in artifact.files.items():
        content = contents[file.blob]
        if content is None:
            lacking.append(f"{file.origin}: its content is not in this clone; fetch it")
        else:
            found[path] = (content, file.mode == EXECUTABLE)
    if lacking:
        raise SourceError("\n".join(lacking))
    return found
